"""The scorecard of small shops, against one basket and one item at a time."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from scorecard_oracle import (
    affinity_lists,
    best_seller_lists,
    confidence_lists,
    coverage,
    hit_shares,
    learnt_baskets,
    resampled_ratios,
    scored_baskets,
)
from scorecard_shops import (
    AS_OF_DATE,
    LAST_LEARNT,
    Order,
    learnt_pairs,
    learnt_window,
    planted_orders,
    random_orders,
    scorecard_in,
    scorecard_of,
    shuffled,
    staged,
)

from analytics_assets.defs.products.scorecard.recommendation_scorecard import (
    RECOMMENDATION_SCORECARD_COLUMNS,
)

RULES = ("recommendations", "affinity_only", "confidence", "best_sellers")
KEYS = list(itertools.product(RULES, (1, 5, 10)))


@pytest.mark.parametrize("excluded", [("fee",), ("fee", "p00")])
@pytest.mark.parametrize("seed", range(3))
def test_every_rate_is_what_counting_item_by_item_says(seed, excluded):
    orders = random_orders(seed)
    with staged(orders) as session:
        window = learnt_window(3, excluded)
        pairs = learnt_pairs(session, window)
        table = scorecard_in(session, window).set_index(["rule", "cut_off"])
    learnt, scored = learnt_baskets(orders, excluded), scored_baskets(orders, excluded)
    lists = {
        "recommendations": affinity_lists(pairs, only_related=False),
        "affinity_only": affinity_lists(pairs, only_related=True),
        "confidence": confidence_lists(learnt, 3),
        "best_sellers": best_seller_lists(learnt, scored),
    }
    assert lists["affinity_only"]
    assert lists["affinity_only"] != lists["recommendations"] != lists["confidence"]

    assert list(table.index) == KEYS
    for rule, cut_off in KEYS:
        row = table.loc[(rule, cut_off)]
        hits = sum(hit_shares(scored, lists[rule], cut_off))
        best_seller_hits = sum(hit_shares(scored, lists["best_sellers"], cut_off))
        assert row["baskets"] == len(scored)
        assert row["hit_rate"] == float(hits / len(scored))
        assert row["coverage"] == float(coverage(scored, lists[rule]))
        assert row["ratio_to_best_sellers"] == float(hits / best_seller_hits)


def test_the_interval_is_that_of_drawing_baskets_one_by_one():
    orders = planted_orders(orders=600)
    table = scorecard_of(orders).set_index(["rule", "cut_off"])
    learnt, scored = learnt_baskets(orders, ()), scored_baskets(orders, ())
    lists = confidence_lists(learnt, 3)
    best_sellers = best_seller_lists(learnt, scored)
    for cut_off in (5, 10):
        ratios = resampled_ratios(
            hit_shares(scored, lists, cut_off),
            hit_shares(scored, best_sellers, cut_off),
            replicates=4000,
            seed=cut_off,
        )
        row = table.loc[("confidence", cut_off)]
        width = ratios[3899] - ratios[99]
        assert row["ratio_lower"] == pytest.approx(ratios[99], abs=width * 0.06)
        assert row["ratio_upper"] == pytest.approx(ratios[3899], abs=width * 0.06)


def test_best_sellers_are_as_good_as_themselves():
    table = scorecard_of(random_orders(1)).query("rule == 'best_sellers'")
    assert (table[["ratio_to_best_sellers", "ratio_lower", "ratio_upper"]] == 1).all(axis=None)
    assert (table["coverage"] == 1).all()


def test_a_shop_of_related_products_is_told_from_best_sellers_at_every_cut_off():
    table = scorecard_of(planted_orders()).query("rule == 'recommendations'")
    assert (table["ratio_lower"] > 1).all()


@pytest.mark.parametrize("seed", range(3))
def test_the_same_shop_dealt_anew_is_not(seed):
    table = scorecard_of(shuffled(planted_orders(), seed)).query("rule == 'recommendations'")
    assert (table["baskets"] > 300).all()
    assert (table["ratio_lower"] <= 1).all()


def test_a_second_run_gives_the_same_table_to_the_last_bit():
    orders = planted_orders(orders=300)
    turned = [Order(order.day, order.products[::-1]) for order in orders[::-1]]
    first = scorecard_of(orders)
    pd.testing.assert_frame_equal(scorecard_of(orders), first, check_exact=True)
    pd.testing.assert_frame_equal(scorecard_of(turned), first, check_exact=True)


def test_the_windows_meet_and_do_not_overlap():
    table = scorecard_of([])
    assert set(table["learnt_from"]) == {pd.Timestamp("2024-01-02")}
    assert set(table["learnt_to"]) == {pd.Timestamp("2024-03-01")}
    assert set(table["scored_to"]) == set(table["as_of_date"]) == {pd.Timestamp("2024-03-31")}


@pytest.mark.parametrize(
    "orders",
    [[], [Order(LAST_LEARNT, ["a", "b"])] * 5, [Order(AS_OF_DATE, ["a"]), Order(AS_OF_DATE, [])]],
    ids=["no order", "nothing to score", "one-item baskets"],
)
def test_without_a_scored_basket_nothing_is_claimed(orders):
    table = scorecard_of(orders)
    assert list(table.columns) == list(RECOMMENDATION_SCORECARD_COLUMNS)
    assert list(zip(table["rule"], table["cut_off"], strict=True)) == KEYS
    assert (table["baskets"] == 0).all()
    assert table.loc[:, "hit_rate":"ratio_upper"].isna().all(axis=None)
    assert list(table.dtypes[["baskets", "hit_rate", "ratio_upper"]]) == [
        np.int64,
        np.float64,
        np.float64,
    ]


def test_without_anything_learnt_nothing_is_hit_and_nothing_compared():
    table = scorecard_of([Order(AS_OF_DATE, ["a", "b"])] * 3)
    assert (table["baskets"] == 3).all()
    assert (table[["hit_rate", "coverage"]] == 0).all(axis=None)
    assert table.loc[:, "ratio_to_best_sellers":"ratio_upper"].isna().all(axis=None)


def test_baskets_of_two_to_ten_products_are_scored():
    baskets = [[f"p{number:02}" for number in range(size)] for size in (1, 2, 10, 11)]
    table = scorecard_of([Order(AS_OF_DATE, basket) for basket in baskets])
    assert set(table["baskets"]) == {2}


def test_an_upper_end_without_limit_is_not_given():
    # One of 40 baskets is a hit of best sellers: over a third of the draws hold none of it.
    learnt = [Order(LAST_LEARNT, ["x", "y"])] * 20 + [Order(LAST_LEARNT, ["z"])] * 30
    scored = [Order(AS_OF_DATE, ["x", "y"])] * 39 + [Order(AS_OF_DATE, ["new", "z"])]
    table = scorecard_of(learnt + scored).set_index(["rule", "cut_off"])
    row = table.loc[("confidence", 1)]
    # Each item of 39 baskets, against the one item beside the best seller.
    assert row["ratio_to_best_sellers"] == pytest.approx(78)
    assert 1 < row["ratio_lower"] < 78
    assert math.isnan(row["ratio_upper"])
