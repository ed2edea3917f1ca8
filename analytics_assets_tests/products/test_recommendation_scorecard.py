"""The scorecard of small shops, against one basket and one item at a time."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from planted_rules import RULES as RULES_TO_FAIL
from planted_rules import failing_rows, planted
from recommendation_oracle import (
    coverage,
    every_rule,
    hit_shares,
    resampled_ratios,
    scored_baskets,
)
from recommendation_shops import (
    AS_OF_DATE,
    LAST_LEARNT,
    Order,
    affinity_in,
    affinity_window,
    planted_orders,
    random_orders,
    scorecard_in,
    scorecard_of,
    shuffled,
    staged,
    votes_window,
    wholesale_orders,
)

from analytics_assets.defs.products.scorecard import RULES, finding

KEYS = list(itertools.product(RULES, (1, 5, 10)))


@pytest.mark.parametrize(
    ("seed", "excluded", "in_process"), [(0, ("fee",), True), (1, ("fee", "p00"), False)]
)
def test_every_rate_is_what_counting_item_by_item_says(seed, excluded, in_process):
    orders = random_orders(seed)
    with staged(orders) as opened:
        session = replace(opened, in_process=in_process)
        window = affinity_window(excluded=excluded)
        affinity = affinity_in(session, window)
        table = scorecard_in(session, affinity, votes_window(window)).set_index(["rule", "cut_off"])
    scored = scored_baskets(orders, excluded)
    lists = every_rule(orders, affinity, excluded)
    assert lists["affinity_only"]
    assert len({str(sorted(pages.items())) for pages in lists.values()}) == 4

    assert list(table.index) == KEYS
    for rule, cut_off in KEYS:
        row = table.loc[(rule, cut_off)]
        hits = sum(hit_shares(scored, lists[rule], cut_off))
        assert row["baskets"] == len(scored)
        assert row["hit_rate"] == float(hits / len(scored))
        assert row["coverage"] == float(coverage(scored, lists[rule]))
        for other in ("best_sellers", "confidence"):
            other_hits = sum(hit_shares(scored, lists[other], cut_off))
            assert row[f"ratio_to_{other}"] == float(hits / other_hits)


@pytest.mark.slow
@pytest.mark.parametrize("other", ["best_sellers", "confidence"])
def test_the_interval_is_that_of_drawing_baskets_one_by_one(other):
    orders = planted_orders(orders=600)
    window = affinity_window()
    with staged(orders) as session:
        affinity = affinity_in(session, window)
        table = scorecard_in(session, affinity, votes_window(window)).set_index(["rule", "cut_off"])
    scored = scored_baskets(orders, ())
    lists = every_rule(orders, affinity, ())
    for cut_off in (1, 5):
        ratios = resampled_ratios(
            hit_shares(scored, lists["recommendations"], cut_off),
            hit_shares(scored, lists[other], cut_off),
            replicates=4000,
            seed=cut_off,
        )
        row = table.loc[("recommendations", cut_off)]
        width = ratios[3899] - ratios[99]
        assert row[f"ratio_to_{other}_lower"] == pytest.approx(ratios[99], abs=width * 0.08)
        assert row[f"ratio_to_{other}_upper"] == pytest.approx(ratios[3899], abs=width * 0.08)


def test_best_sellers_are_as_good_as_themselves():
    table = scorecard_of(random_orders(1)).query("rule == 'best_sellers'")
    ratios = table.filter(regex="ratio_to_best_sellers")
    assert ratios.shape == (3, 3)
    assert (ratios == 1).all(axis=None)


def test_a_shop_of_related_products_is_told_from_best_sellers_at_every_cut_off():
    table = scorecard_of(planted_orders()).query("rule == 'recommendations'")
    assert (table["ratio_to_best_sellers_lower"] > 1).all()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_the_same_shop_dealt_anew_is_not(seed):
    table = scorecard_of(shuffled(planted_orders(), seed)).query("rule == 'recommendations'")
    assert (table["baskets"] > 300).all()
    assert (table["ratio_to_best_sellers_lower"] <= 1).all()


@pytest.mark.slow
def test_a_second_run_gives_the_same_table_to_the_last_bit():
    orders = planted_orders(orders=300)
    turned = [Order(order.day, order.products[::-1]) for order in orders[::-1]]
    first = scorecard_of(orders)
    pd.testing.assert_frame_equal(scorecard_of(orders), first, check_exact=True)
    pd.testing.assert_frame_equal(scorecard_of(turned), first, check_exact=True)


def test_the_windows_meet_and_do_not_overlap():
    table = scorecard_of([])
    assert set(table["learnt_from"]) == {pd.Timestamp("2023-12-03")}
    assert set(table["learnt_to"]) == {pd.Timestamp("2024-03-01")}
    assert set(table["scored_to"]) == set(table["as_of_date"]) == {pd.Timestamp("2024-03-31")}


@pytest.mark.parametrize(
    "orders",
    [[], [Order(LAST_LEARNT, ["a", "b"])] * 5, [Order(AS_OF_DATE, ["a"]), Order(AS_OF_DATE, [])]],
    ids=["no order", "nothing to score", "one-item baskets"],
)
def test_without_a_scored_basket_nothing_is_claimed(orders):
    table = scorecard_of(orders)
    assert list(zip(table["rule"], table["cut_off"], strict=True)) == KEYS
    assert (table["baskets"] == 0).all()
    assert table.loc[:, "hit_rate":"ratio_to_confidence_upper"].isna().all(axis=None)
    assert "nothing could be scored" in finding(table)
    assert list(table.dtypes[["baskets", "hit_rate", "ratio_to_best_sellers_upper"]]) == [
        np.int64,
        np.float64,
        np.float64,
    ]


def test_without_anything_learnt_nothing_is_hit_and_nothing_compared():
    table = scorecard_of([Order(AS_OF_DATE, ["a", "b"])] * 3)
    assert (table["baskets"] == 3).all()
    assert (table[["hit_rate", "coverage"]] == 0).all(axis=None)
    assert table.filter(like="ratio").isna().all(axis=None)


def test_baskets_of_two_to_ten_products_are_scored():
    baskets = [[f"p{number:02}" for number in range(size)] for size in (1, 2, 10, 11)]
    table = scorecard_of([Order(AS_OF_DATE, basket) for basket in baskets])
    assert set(table["baskets"]) == {2}


def test_an_upper_end_without_limit_is_not_given():
    # One of 40 baskets is a hit of best sellers: over a third of the draws hold none of it.
    learnt = [Order(LAST_LEARNT, ["x", "y"])] * 20 + [Order(LAST_LEARNT, ["z"])] * 30
    learnt.append(Order(LAST_LEARNT, ["w"]))
    scored = [Order(AS_OF_DATE, ["x", "y"])] * 39 + [Order(AS_OF_DATE, ["w", "z"])]
    table = scorecard_of(learnt + scored).set_index(["rule", "cut_off"])
    row = table.loc[("confidence", 1)]
    # Each item of 39 baskets, and the one beside the best seller, which alone hits it.
    assert row["ratio_to_best_sellers"] == pytest.approx(79)
    assert 1 < row["ratio_to_best_sellers_lower"] < 79
    assert math.isnan(row["ratio_to_best_sellers_upper"])


@pytest.fixture(scope="module")
def wholesale():
    with staged(wholesale_orders()) as session:
        yield session, affinity_in(session, affinity_window()), votes_window(affinity_window())


def test_the_check_passes_where_large_baskets_hide_what_belongs_together(wholesale):
    session, affinity, votes = wholesale
    assert failing_rows(session, scorecard_in(session, affinity, votes)) == 0


@pytest.mark.parametrize("rule", RULES_TO_FAIL)
def test_the_check_fails_for_another_rule(wholesale, rule):
    session, affinity, votes = wholesale
    table = scorecard_in(session, affinity, votes, plant=planted(rule, affinity, votes))
    assert failing_rows(session, table) == 1
