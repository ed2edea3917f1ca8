"""p, q and what they are called, against scipy, statsmodels and the thresholds as written."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests

from analytics_assets.defs.products.affinity.significance import false_discovery_rate, poisson_tail
from analytics_assets.defs.products.affinity.strength import affinity_strength, is_size_artifact


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
        (1.001, 0.0, "weak"),
        (1.0, 0.0, "very_weak"),
        (9.0, 0.0501, "very_weak"),
        (np.nan, 0.0, "very_weak"),
        (9.0, np.nan, "very_weak"),
    ],
)
def test_strength_by_the_lower_bound_of_a_significant_pair(bound, q_value, strength):
    assert affinity_strength(np.array([bound]), np.array([q_value])) == [strength]


@pytest.mark.parametrize(
    ("plain", "adjusted", "expected"),
    [(1.1, 1.0, True), (1.1, 1.01, False), (1.0, 0.5, False), (2.0, np.nan, False)],
)
def test_a_size_artifact_is_lifted_only_before_the_adjustment(plain, adjusted, expected):
    assert is_size_artifact(np.array([plain]), np.array([adjusted])) == [expected]
