"""Each measure of a pair, against fractions, mlxtend, scipy and statsmodels, and as written."""

import math

import numpy as np
import pandas as pd
import pytest
from affinity_oracle import lift_lower_bound, textbook
from affinity_shops import affinity_of, drawn_items, shop_of, shop_of_items, skewed_popularity
from hypothesis import given
from hypothesis import strategies as st
from mlxtend.frequent_patterns import apriori, association_rules
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from analytics_assets.defs.products.affinity import (
    affinity_strength,
    divide,
    false_discovery_rate,
    is_size_artifact,
    poisson_tail,
    textbook_measures,
)
from analytics_assets.lib.wilson import wilson_lower_bound


@st.composite
def pair_counts(draw) -> tuple[int, int, int, int]:
    """Draw n_AB, n_A, n_B, N that a shop can have."""
    n_ab = draw(st.integers(1, 60))
    n_a, n_b = n_ab + draw(st.integers(0, 60)), n_ab + draw(st.integers(0, 60))
    return n_ab, n_a, n_b, n_a + n_b - n_ab + draw(st.integers(0, 2000))


@given(pair_counts())
def test_each_ratio_is_the_fraction_of_the_four_counts(counted):
    n_ab, n_a, n_b = (np.array([float(count)]) for count in counted[:3])
    n = float(counted[3])
    got = textbook_measures(n_ab, n_a, n_b, n)
    assert got.pop("lift_lower_bound") == pytest.approx(lift_lower_bound(*counted), rel=1e-12)
    exact = textbook(*counted)
    assert list(got) == list(exact)
    for name, (value,) in got.items():
        if exact[name] is None:
            assert math.isnan(value), name
        else:
            assert value == pytest.approx(float(exact[name]), rel=1e-14, abs=0), name


@pytest.mark.filterwarnings("ignore::RuntimeWarning:mlxtend")
def test_mlxtend_finds_the_same_rules():
    rng = np.random.default_rng(5)
    sizes = np.minimum(rng.geometric(0.3, 400), 12)
    shop = shop_of_items(*drawn_items(sizes, skewed_popularity(15), rng))
    table = affinity_of(shop)

    held = pd.crosstab(shop.items["order_id"], shop.items["product_id"]) > 0
    rules = association_rules(
        apriori(held, min_support=1e-9, use_colnames=True, max_len=2),
        metric="support",
        min_threshold=0,
    )
    for side in ("antecedents", "consequents"):
        rules[side] = [next(iter(products)) for products in rules[side]]
    forward = table.merge(
        rules, left_on=["product_a_id", "product_b_id"], right_on=["antecedents", "consequents"]
    )
    backward = table.merge(
        rules, left_on=["product_a_id", "product_b_id"], right_on=["consequents", "antecedents"]
    )
    assert len(table) == len(forward) == len(backward) == len(rules) / 2 > 90
    for ours, theirs, joined in [
        ("support_x", "support_y", forward),
        ("confidence_a_to_b", "confidence", forward),
        ("confidence_b_to_a", "confidence", backward),
        ("lift_x", "lift_y", forward),
        ("leverage_x", "leverage_y", forward),
        ("conviction_a_to_b", "conviction", forward),
        ("conviction_b_to_a", "conviction", backward),
        ("zhang", "zhangs_metric", forward),
        ("jaccard_x", "jaccard_y", forward),
    ]:
        expected = joined[theirs].replace(np.inf, np.nan)
        np.testing.assert_allclose(joined[ours], expected, rtol=1e-9, atol=1e-12, err_msg=ours)


def test_wilson_is_what_statsmodels_says():
    successes, trials = (
        column.astype(float)
        for column in np.array([(k, n) for n in range(1, 60) for k in range(n + 1)]).T
    )
    lower, _ = proportion_confint(successes, trials, alpha=0.05, method="wilson")
    np.testing.assert_allclose(wilson_lower_bound(successes, trials), lower, rtol=0, atol=1e-15)


def test_wilson_of_no_trials_is_not_defined():
    assert np.isnan(wilson_lower_bound(np.zeros(1), np.zeros(1)))


def test_one_basket_of_each_is_no_lift_of_four():
    """The example for which the delta method says 3.7."""
    table = affinity_of(shop_of([["a", "b"], *[["b"]] * 499, *[["c"]] * 1500]))
    (row,) = table.itertuples()
    assert (row.times_bought_together, row.product_a_orders, row.product_b_orders) == (1, 1, 500)
    assert row.total_orders == 2000
    assert row.lift == 4
    assert row.lift_lower_bound == pytest.approx(0.706, abs=5e-4)


def test_division_by_zero_is_nan_and_silent():
    got = divide(np.array([1.0, 0.0, 6.0]), np.array([0.0, 0.0, 4.0]))
    np.testing.assert_array_equal(got, [np.nan, np.nan, 1.5])


def test_the_tail_is_scipys_poisson():
    n_ab, expected = np.meshgrid(np.arange(1.0, 200.0), np.geomspace(1e-6, 500, 60))
    np.testing.assert_allclose(
        poisson_tail(n_ab, expected), stats.poisson.sf(n_ab - 1, expected), rtol=1e-10, atol=1e-300
    )


@given(
    st.lists(st.sampled_from([0.0, 1e-9, 1e-4, 0.001, 0.01, 0.02, 0.3, 1.0]), max_size=30),
    st.integers(0, 300),
)
def test_pairs_that_are_not_listed_count_as_one(p_values, unlisted):
    padded = np.array(p_values + [1.0] * unlisted)
    got = false_discovery_rate(np.array(p_values), len(padded))
    if len(padded):
        listed = slice(len(p_values))
        np.testing.assert_allclose(got, stats.false_discovery_control(padded)[listed], rtol=1e-12)
        np.testing.assert_allclose(
            got, multipletests(padded, method="fdr_bh")[1][listed], rtol=1e-12
        )
    else:
        assert not len(got)


@pytest.mark.parametrize(
    ("bound", "q_value", "strength"),
    [
        (3.0, 0.05, "very_strong"),
        (2.999, 0.05, "strong"),
        (2.0, 0.0, "strong"),
        (1.999, 0.0, "moderate"),
        (1.5, 0.0, "moderate"),
        (1.499, 0.0, "weak"),
        (1.201, 0.0, "weak"),
        (1.2, 0.0, "very_weak"),
        (9.0, 0.0501, "very_weak"),
        (np.nan, 0.0, "very_weak"),
        (9.0, np.nan, "very_weak"),
    ],
)
def test_strength_by_the_lower_bound_of_a_significant_pair(bound, q_value, strength):
    assert affinity_strength(np.array([bound]), np.array([q_value])) == [strength]


@pytest.mark.parametrize(
    ("plain", "adjusted", "expected"),
    [(1.21, 1.2, True), (1.21, 1.21, False), (1.2, 0.5, False), (2.0, np.nan, False)],
)
def test_a_size_artifact_is_lifted_only_before_the_adjustment(plain, adjusted, expected):
    assert is_size_artifact(np.array([plain]), np.array([adjusted])) == [expected]
