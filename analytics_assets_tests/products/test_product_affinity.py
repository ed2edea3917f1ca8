"""The table as a whole: its form, what must not change it, and shops at the edge."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from affinity_shops import (
    LAST_DAY,
    Shop,
    affinity_of,
    counts_of,
    drawn_items,
    names_of,
    shop_of,
    shop_of_items,
    skewed_popularity,
    window_of,
    with_planted_pairs,
)
from scipy import stats

from analytics_assets.defs.products.affinity import product_affinity
from analytics_assets.defs.products.counting import BasketCounts
from analytics_assets.lib.tables import table as described

SYMMETRIC = [
    "times_bought_together",
    "support",
    "lift",
    "lift_lower_bound",
    "leverage",
    "jaccard",
    "expected_together",
    "adjusted_lift",
    "adjusted_lift_lower_bound",
    "p_value",
    "q_value",
    "affinity_strength",
    "is_size_artifact",
]
DIRECTED = ["product_{}_orders", "confidence_{}_to_{}", "conviction_{}_to_{}"]


@pytest.fixture(scope="module")
def shop() -> Shop:
    """Two months, sizes from 1 to 19, thirty products, three pairs that belong together."""
    rng = np.random.default_rng(11)
    sizes = np.minimum(rng.geometric(0.3, 1500), 19)
    basket, product = drawn_items(sizes, skewed_popularity(30), rng)
    planted = np.array([[4, 9], [12, 3], [20, 21]])
    basket, product = with_planted_pairs(basket, product, planted, 0.4, rng)
    days = pd.Timestamp(LAST_DAY) - pd.to_timedelta(rng.integers(0, 60, len(sizes)), unit="D")
    return shop_of_items(basket, product, days)


@pytest.fixture(scope="module")
def table(shop) -> pd.DataFrame:
    return affinity_of(shop, window_of(5))


def test_rows_are_sorted_and_each_pair_comes_once_with_the_smaller_id_first(table):
    pairs = list(zip(table["product_a_id"], table["product_b_id"], strict=True))
    assert pairs == sorted(set(pairs))
    assert all(a < b for a, b in pairs)
    assert table["times_bought_together"].min() >= 5


def test_the_planted_pairs_are_the_ones_it_calls_related(table):
    related = table[table["affinity_strength"] != "very_weak"]
    assert set(zip(related["product_a_id"], related["product_b_id"], strict=True)) == {
        ("p00004", "p00009"),
        ("p00003", "p00012"),
        ("p00020", "p00021"),
    }
    assert (related["adjusted_lift_lower_bound"] > 1.2).all()


def test_the_adjusted_columns_follow_from_the_others(table):
    np.testing.assert_allclose(
        table["adjusted_lift"], table["times_bought_together"] / table["expected_together"]
    )
    np.testing.assert_allclose(
        table["adjusted_lift_lower_bound"] / table["adjusted_lift"],
        table["lift_lower_bound"] / table["lift"],
    )
    artifact = (table["lift_lower_bound"] > 1.2) & (table["adjusted_lift_lower_bound"] <= 1.2)
    assert list(table["is_size_artifact"]) == list(artifact)
    assert 0 < artifact.sum() < len(table)


def test_q_counts_every_pair_of_products_that_are_common_enough():
    counts = BasketCounts(
        total_orders=100,
        min_pair_orders=5,
        products=pd.DataFrame(
            {
                "product_code": range(4),
                "product_id": ["a", "b", "just_enough", "one_too_few"],
                "product_orders": [10, 8, 5, 4],
            }
        ),
        partners=pd.DataFrame({"product_code": [0, 1], "stratum": [0, 0], "partners": [2, 2]}),
        pairs=pd.DataFrame(
            {"product_a_code": [0], "product_b_code": [1], "times_bought_together": [8]}
        ),
    )
    (row,) = product_affinity(counts, names_of(counts), LAST_DAY).itertuples()
    assert row.expected_together == pytest.approx(2)
    assert row.p_value == pytest.approx(stats.poisson.sf(7, 2))
    assert row.q_value == pytest.approx(3 * stats.poisson.sf(7, 2))


def test_counts_in_any_order_give_the_same_table(shop, table):
    counts = counts_of(shop, window_of(5))
    mixed = dataclasses.replace(
        counts,
        partners=counts.partners.sample(frac=1, random_state=1),
        pairs=counts.pairs.sample(frac=1, random_state=1),
    )
    got = product_affinity(mixed, names_of(counts), LAST_DAY)
    pd.testing.assert_frame_equal(got, table, check_exact=True)


def test_order_and_repetition_of_lines_change_nothing(shop, table):
    rng = np.random.default_rng(4)
    items = pd.concat([shop.items, shop.items.sample(300, random_state=1)])
    mixed = Shop(
        shop.orders.iloc[rng.permutation(len(shop.orders))],
        items.iloc[rng.permutation(len(items))],
    )
    pd.testing.assert_frame_equal(affinity_of(mixed, window_of(5)), table, check_exact=True)


def test_new_ids_give_the_same_figures_whichever_comes_first(shop, table):
    ids = sorted(set(shop.items["product_id"]))
    shuffled = np.random.default_rng(9).permutation(len(ids))
    new_ids = {old: f"x{number:03}" for old, number in zip(ids, shuffled, strict=True)}
    renamed = dataclasses.replace(
        shop, items=shop.items.assign(product_id=shop.items["product_id"].map(new_ids))
    )
    got = affinity_of(renamed, window_of(5)).set_index(["product_a_id", "product_b_id"])

    a, b = table["product_a_id"].map(new_ids), table["product_b_id"].map(new_ids)
    flipped = (a > b).to_numpy()
    assert 0 < flipped.sum() < len(table) == len(got)
    got = got.loc[list(zip(np.where(flipped, b, a), np.where(flipped, a, b), strict=True))]
    pd.testing.assert_frame_equal(
        got[SYMMETRIC].reset_index(drop=True), table[SYMMETRIC], rtol=1e-9
    )
    for column in DIRECTED:
        forward, backward = got[column.format("a", "b")], got[column.format("b", "a")]
        np.testing.assert_allclose(
            np.where(flipped, backward, forward), table[column.format("a", "b")]
        )
    np.testing.assert_allclose(got["zhang"][~flipped], table["zhang"][~flipped])


def test_one_item_baskets_move_plain_lift_and_nothing_that_is_adjusted(shop, table):
    more = shop_of([["p00004"]] * 400)
    grown = Shop(
        pd.concat([shop.orders, more.orders.assign(order_day=pd.Timestamp(LAST_DAY))]),
        pd.concat([shop.items, more.items]),
    )
    got = affinity_of(grown, window_of(5))
    same = ["times_bought_together", "expected_together", "adjusted_lift", "p_value", "q_value"]
    pd.testing.assert_frame_equal(got[same], table[same], check_exact=True)
    assert (got["total_orders"] == table["total_orders"] + 400).all()
    assert not np.allclose(got["lift"], table["lift"])


def test_names_are_joined_by_id_and_may_be_missing():
    counts = counts_of(shop_of([["a", "b", "c"]]))
    names = pd.DataFrame(
        {
            "product_id": ["z", "c", "a"],
            "product_name": ["zed", None, "same"],
            "product_category": ["kitchen", "garden", None],
        }
    )
    got = product_affinity(counts, names, LAST_DAY)
    assert got["product_a_name"].fillna("-").tolist() == ["same", "same", "-"]
    assert got["product_b_name"].fillna("-").tolist() == ["-", "-", "-"]
    assert got["product_b_category"].fillna("-").tolist() == ["-", "garden", "garden"]


def test_a_product_named_twice_is_refused():
    counts = counts_of(shop_of([["a", "b"]]))
    twice = pd.concat([names_of(counts), names_of(counts).tail(1)])
    with pytest.raises(ValueError, match="product_id 'b' has more than one row"):
        product_affinity(counts, twice, LAST_DAY)


def test_codes_out_of_the_ids_order_are_refused():
    counts = counts_of(shop_of([["a", "b"]]))
    backwards = dataclasses.replace(counts, products=counts.products[::-1])
    with pytest.raises(ValueError, match="product_code must be 0, 1, 2"):
        product_affinity(backwards, names_of(counts), LAST_DAY)


@pytest.mark.parametrize("baskets", [[], [[None]], [["a"], ["b"]]])
def test_a_shop_without_a_pair_gives_an_empty_table_of_the_same_form(baskets, table):
    got = affinity_of(shop_of(baskets))
    assert len(got) == 0
    types = described("analytics.product_affinity").types
    assert list(got.columns) == list(types)
    counted = [name for name, kind in types.items() if kind != "varchar"]
    assert dict(got.dtypes[counted]) == dict(table.dtypes[counted])


def test_one_order_says_nothing():
    (row,) = affinity_of(shop_of([["a", "b"]])).itertuples()
    assert (row.lift, row.support, row.adjusted_lift) == (1, 1, pytest.approx(1))
    assert np.isnan([row.conviction_a_to_b, row.conviction_b_to_a, row.zhang]).all()
    assert row.affinity_strength == "very_weak"


def test_baskets_that_are_all_alike_say_nothing():
    got = affinity_of(shop_of([["a", "b", "c"]] * 300))
    np.testing.assert_allclose(got[["lift", "adjusted_lift", "jaccard"]], 1)
    np.testing.assert_allclose(got["expected_together"], 300)
    assert got["conviction_a_to_b"].isna().all()
    assert set(got["affinity_strength"]) == {"very_weak"}


def test_conviction_is_null_only_towards_the_product_in_every_basket():
    others = ["b", "c", "d"]
    (row, *_) = affinity_of(shop_of([["a", other] for other in others * 100])).itertuples()
    assert (row.product_a_id, row.product_b_id) == ("a", "b")
    assert row.conviction_a_to_b == pytest.approx(1)
    assert np.isnan(row.conviction_b_to_a)
    assert row.lift == 1
    assert row.adjusted_lift == pytest.approx(1, rel=2e-3)


@pytest.mark.slow
def test_a_basket_of_a_thousand_products_pairs_them_all_and_relates_none():
    rng = np.random.default_rng(2)
    sizes = np.append(np.minimum(rng.geometric(0.4, 2000), 8), 1000)
    got = affinity_of(shop_of_items(*drawn_items(sizes, skewed_popularity(1000), rng)))
    assert len(got) == 499_500
    assert np.isfinite(got[["lift", "expected_together", "adjusted_lift", "q_value"]]).all(
        axis=None
    )
    assert set(got["affinity_strength"]) == {"very_weak"}


@pytest.mark.slow
def test_fifty_thousand_products_are_a_table_like_any_other():
    rng = np.random.default_rng(6)
    sizes = np.minimum(rng.geometric(0.4, 40_000), 30)
    basket, product = np.repeat(np.arange(40_000), sizes), rng.integers(0, 50_000, sizes.sum())
    rows = np.unique(np.stack([basket, product]), axis=1)
    got = affinity_of(shop_of_items(*rows), window_of(1))
    held = np.bincount(rows[0])
    assert got["times_bought_together"].sum() == (held * (held - 1) // 2).sum()
    assert np.isfinite(got["adjusted_lift"]).all()
