import datetime
import math

import numpy as np
import pandas as pd
import pytest
from readable import assert_readable, title_of

from analytics_assets.defs.products.chart import (
    affinity_cells,
    affinity_figure,
    affinity_finding,
    affinity_products,
    related_pairs,
)


def pairs_of(products: int, *, share: float = 0.2, seed: int = 1, categories: int = 4, name=None):
    """Return every pair of so many products, ``share`` of them related."""
    random = np.random.default_rng(seed)
    name = name or (lambda number: f"Product with a name {number}")
    rows = []
    for a in range(products):
        for b in range(a + 1, products):
            related = random.random() < share
            lift = float(random.uniform(1.6, 9) if related else random.uniform(0.5, 1.5))
            rows.append(
                {
                    "product_a_id": f"P{a:03}",
                    "product_a_name": name(a),
                    "product_a_category": f"Category {a % categories}" if categories else None,
                    "product_b_id": f"P{b:03}",
                    "product_b_name": name(b),
                    "product_b_category": f"Category {b % categories}" if categories else None,
                    "total_orders": 12_345,
                    "adjusted_lift": lift,
                    "adjusted_lift_lower_bound": lift * 0.8,
                    "q_value": 0.001 if related else 0.7,
                }
            )
    return pd.DataFrame(rows)


def figure_of(pairs: pd.DataFrame):
    return affinity_figure(pairs, datetime.date(2025, 12, 31), 90, 5)


def test_the_cells_are_log2_adjusted_lift_of_related_pairs_both_ways():
    pairs = pairs_of(12)
    products = affinity_products(pairs)

    cells = affinity_cells(pairs, products)

    place = dict(zip(products["product_id"], products["position"], strict=True))
    expected = {}
    for pair in pairs.itertuples():
        if pair.q_value <= 0.05 and pair.adjusted_lift_lower_bound > 1.2:
            a, b = place[pair.product_a_id], place[pair.product_b_id]
            expected[a, b] = expected[b, a] = math.log2(pair.adjusted_lift)
    assert len(cells) == len(expected) > 10
    drawn = {(c.row, c.column): c.log2_adjusted_lift for c in cells.itertuples()}
    assert drawn == pytest.approx(expected)


def test_the_products_are_those_of_the_strongest_pairs_grouped_by_category():
    pairs = pairs_of(40)
    ranked = sorted(
        (p for p in pairs.itertuples() if p.q_value <= 0.05 and p.adjusted_lift_lower_bound > 1.2),
        key=lambda p: (-p.adjusted_lift_lower_bound, p.product_a_id, p.product_b_id),
    )
    wanted: list[str] = []
    for pair in ranked:
        wanted += [i for i in (pair.product_a_id, pair.product_b_id) if i not in wanted]

    products = affinity_products(pairs, most=10)

    assert set(products["product_id"]) == set(wanted[:10])
    assert products["category"].is_monotonic_increasing
    for _, group in products.groupby("category"):
        assert group["product_id"].to_list() == [
            i for i in wanted[:10] if i in set(group.product_id)
        ]
    assert products["position"].to_list() == list(range(10))


def test_products_without_a_category_come_last_and_without_a_name_have_their_id():
    pairs = pairs_of(6, share=1, categories=2)
    pairs.loc[pairs["product_a_id"] == "P000", ["product_a_name", "product_a_category"]] = None

    products = affinity_products(pairs)

    assert products.iloc[-1][["product_id", "name", "category"]].to_list() == [
        "P000",
        "P000",
        "no category",
    ]


def test_what_is_drawn_is_in_the_figure():
    pairs = pairs_of(9)
    products = affinity_products(pairs)
    grid = figure_of(pairs).axes[0].images[0].get_array()

    for cell in affinity_cells(pairs, products).itertuples():
        assert grid[cell.row, cell.column] == cell.log2_adjusted_lift
    assert (~np.isnan(np.ma.filled(grid, np.nan))).sum() == 2 * len(related_pairs(pairs))


@pytest.mark.slow
@pytest.mark.parametrize(("products", "categories"), [(2, 0), (60, 60)])
def test_it_is_readable_with_few_products_and_with_many(products: int, categories: int):
    assert_readable(
        figure_of(pairs_of(products, share=1 if products == 2 else 0.1, categories=categories))
    )


@pytest.mark.slow
def test_it_is_readable_whatever_the_names():
    names = ["SET OF {} VERY LONG RETROSPOT T-LIGHT HOLDERS, ASSORTED COLOURS", "商品{}", "${} $"]
    assert_readable(figure_of(pairs_of(20, name=lambda n: names[n % 3].format(n))))


def test_the_title_names_the_strongest_pair_or_says_that_there_is_none():
    pairs = pairs_of(3, share=1)
    pairs["adjusted_lift"] = [2.0, 4.5, 3.0]
    pairs["adjusted_lift_lower_bound"] = [1.5, 1.3, 1.9]

    assert affinity_finding(pairs) == (
        "Product with a name 1 and Product with a name 2 go together most: 3.0 times as often as "
        "baskets like theirs would give"
    )
    none = pairs.assign(q_value=0.2)
    assert title_of(figure_of(none)) == (
        "No two products go together more than baskets like theirs would give"
    )
    assert_readable(figure_of(none))
    assert title_of(figure_of(pairs.head(0))).startswith("No two products are in the same basket")
