"""Basket lift on Online Retail II, and on shops with its sizes and popularities but no relation."""

import datetime
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from affinity_shops import (
    Shop,
    affinity_of,
    counts_of,
    drawn_items,
    shop_of_items,
    with_planted_pairs,
)

from analytics_assets.defs.products.baskets import BasketWindow

DATA = Path(__file__).parents[2].parent / "shared" / "data" / "online_retail_ii"
WINDOW = BasketWindow(datetime.date(2011, 12, 9), lookback_days=400, min_pair_orders=5)

pytestmark = [
    pytest.mark.xdist_group("affinity_online_retail"),
    pytest.mark.slow,
    pytest.mark.skipif(not DATA.is_dir(), reason=f"Online Retail II is not in {DATA}"),
]


@pytest.fixture(scope="module")
def shop() -> Shop:
    with duckdb.connect() as connection:
        return Shop(
            orders=connection.execute(
                "select order_id, cast(order_date as date) as order_day,"
                " order_status = 'Completed' as is_demand"
                f" from read_parquet('{DATA}/orders.parquet')"
            ).df(),
            items=connection.execute(
                "select order_id, trim(product_id) as product_id, quantity"
                f" from read_parquet('{DATA}/order_items.parquet')"
            ).df(),
        )


@pytest.fixture(scope="module")
def unrelated(shop) -> tuple[np.ndarray, np.ndarray, pd.Series]:
    """Return (basket, product) lines with the shop's sizes and popularities, and each one's day."""
    days = shop.orders.set_index("order_id").query("is_demand")["order_day"]
    first = pd.Timestamp(WINDOW.as_of_date) - pd.Timedelta(days=WINDOW.lookback_days - 1)
    in_window = shop.items["order_id"].isin(days.index[days >= first])
    lines = shop.items[in_window & (shop.items["quantity"] > 0)]
    lines = lines[["order_id", "product_id"]].drop_duplicates()
    sizes = lines.groupby("order_id").size()
    popularity = lines.groupby("product_id").size()
    basket, product = drawn_items(
        sizes.to_numpy(), popularity.to_numpy(float), np.random.default_rng(0)
    )
    return basket, product, days[sizes.index]


def test_golden_values_of_ninety_days(shop):
    """What METHODS section 4 gives; it counts write-offs, lines below 0 alone, as baskets."""
    every_line = Shop(shop.orders, shop.items.drop(columns="quantity"))
    for of, baskets, related, moderate in (
        (every_line, 7_602, 8_662, 8_097),
        (shop, 7_212, 8_678, 8_111),
    ):
        window = replace(WINDOW, lookback_days=90)
        table = affinity_of(of, window)
        counts = counts_of(of, window)
        strength = table["affinity_strength"]
        assert set(table["total_orders"]) == {baskets}
        assert len(table) == 804_002
        assert counts.partners["stratum"].nunique() == 110
        assert (strength != "very_weak").sum() == related
        assert strength.isin(["moderate", "strong", "very_strong"]).sum() == moderate
        pair = table.set_index(["product_a_id", "product_b_id"]).loc[("84030e", "84997c")]
        assert pair["times_bought_together"] == 18
        assert pair["expected_together"] == pytest.approx(0.1205, abs=5e-5)
        assert pair["adjusted_lift_lower_bound"] == pytest.approx(107.138, abs=5e-4)


def test_the_real_shop_is_as_measured(shop):
    table = affinity_of(shop, WINDOW)
    assert set(table["total_orders"]) == {23_185}
    assert len(table) == 1_696_598
    assert table["lift"].median() == pytest.approx(6.00, abs=0.01)
    # A little above 1, since a pair is listed only from 5 baskets up: see those that expect 10.
    assert table["adjusted_lift"].median() == pytest.approx(1.04, abs=0.01)
    often = table[table["expected_together"] >= 10]
    assert often["adjusted_lift"].median() == pytest.approx(0.97, abs=0.01)
    related = table["affinity_strength"] != "very_weak"
    assert related.mean() == pytest.approx(0.0134, abs=0.0002)
    by_pair = table.set_index(["product_a_id", "product_b_id"])
    red_and_green_alarm_clock = by_pair.loc[("22726", "22727")]
    green_teacup_and_the_one_with_roses = by_pair.loc[("22697", "22699")]
    assert red_and_green_alarm_clock["affinity_strength"] == "very_strong"
    assert green_teacup_and_the_one_with_roses["affinity_strength"] == "very_strong"


def test_the_same_shop_without_relations_has_none(unrelated):
    basket, product, days = unrelated
    table = affinity_of(shop_of_items(basket, product, days.to_numpy()), WINDOW)
    assert set(table["total_orders"]) == {23_185}
    print(len(table), table["lift"].median(), (table["lift"] >= 3).mean())
    print(table["adjusted_lift"].median(), (table["affinity_strength"] != "very_weak").sum())
    assert len(table) == pytest.approx(1.73e6, rel=0.01)
    assert table["lift"].median() == pytest.approx(4.8, abs=0.1)
    assert (table["lift"] >= 3).mean() > 0.95
    assert (table["lift_lower_bound"] > 1).mean() > 0.99
    assert table["adjusted_lift"].median() == pytest.approx(1.06, abs=0.01)
    often = table[table["expected_together"] >= 10]
    assert often["adjusted_lift"].median() == pytest.approx(1, abs=0.01)
    assert (table["affinity_strength"] != "very_weak").sum() <= 1


def test_nine_in_ten_planted_pairs_are_found_and_at_most_one_other(unrelated):
    basket, product, days = unrelated
    rng = np.random.default_rng(1)
    common = np.flatnonzero(np.bincount(product) >= 100)
    planted = rng.permutation(common)[:200].reshape(100, 2)
    lines = with_planted_pairs(basket, product, planted, 0.2, rng)
    table = affinity_of(shop_of_items(*lines, days.to_numpy()), WINDOW)
    related = table[table["affinity_strength"] != "very_weak"]
    found = set(zip(related["product_a_id"], related["product_b_id"], strict=True))
    wanted = {(f"p{a:05}", f"p{b:05}") for a, b in np.sort(planted)}
    print(f"{len(found & wanted)} of 100 planted pairs found, {len(found - wanted)} others")
    assert len(found & wanted) >= 90
    assert len(found - wanted) <= 1
