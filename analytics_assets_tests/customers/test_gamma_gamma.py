"""Gamma-Gamma against numerical integrals and purchases of known parameters."""

import numpy as np
import pytest
from forecast_oracle import gamma_gamma_integrals

from analytics_assets.defs.customers.gamma_gamma import (
    GammaGamma,
    expected_value,
    fit_gamma_gamma,
)

CDNOW = (6.25, 3.74, 15.45)


def means(customers, parameters, seed):
    """Return x and the mean value of x purchases of each customer."""
    p, q, gamma = parameters
    rng = np.random.default_rng(seed)
    nu = rng.gamma(q, 1 / gamma, customers)
    x = rng.integers(1, 9, customers)
    return x, rng.gamma(p * x, 1 / nu) / x


@pytest.mark.parametrize(("x", "mean_value"), [(1, 10.0), (2, 35.0), (7, 120.0), (40, 20.0)])
def test_the_expected_value_is_the_mean_over_all_customers_one_could_be(x, mean_value):
    _, expectation = gamma_gamma_integrals(CDNOW, x, mean_value)

    assert expected_value(GammaGamma(*CDNOW), x, mean_value) == pytest.approx(expectation, rel=1e-6)


def test_without_a_repeat_purchase_the_population_s_mean_is_expected():
    values = expected_value(GammaGamma(*CDNOW), [0, 0], [np.nan, 999.0])

    assert values == pytest.approx([6.25 * 15.45 / 2.74] * 2)


def test_an_expectation_without_a_finite_value_is_not_a_number():
    heavy_tailed = GammaGamma(p=2.0, q=0.5, gamma=10.0)

    assert np.isnan(expected_value(heavy_tailed, [0, 1], [np.nan, 20.0])).tolist() == [True, False]


def test_the_fit_finds_the_parameters_the_purchases_were_made_with():
    model = fit_gamma_gamma(*means(40_000, CDNOW, seed=4))

    assert model.converged
    assert (model.p, model.q, model.gamma) == pytest.approx(CDNOW, rel=0.05)


@pytest.mark.slow
def test_the_log_likelihood_is_the_integral_over_all_customers_one_could_be():
    x, value = means(60, CDNOW, seed=8)
    model = fit_gamma_gamma(x, value)
    parameters = np.array([model.p, model.q, model.gamma])

    def integrated(at):
        densities = [gamma_gamma_integrals(at, *row)[0] for row in zip(x, value, strict=True)]
        return np.log(densities).sum()

    best = integrated(parameters)
    assert model.log_likelihood == pytest.approx(best, rel=1e-8)
    for step in np.vstack([np.eye(3), -np.eye(3)]):
        assert integrated(parameters * (1 + 0.05 * step)) < best


def test_as_many_equal_customers_again_are_as_likely_again():
    x, value = means(50, CDNOW, seed=1)

    once, twice = fit_gamma_gamma(x, value), fit_gamma_gamma(np.tile(x, 2), np.tile(value, 2))

    assert twice.log_likelihood == pytest.approx(2 * once.log_likelihood, rel=1e-12)
    assert (twice.p, twice.q, twice.gamma) == pytest.approx((once.p, once.q, once.gamma))


def test_the_currency_scales_gamma_and_nothing_else():
    x, value = means(3000, CDNOW, seed=6)
    pounds, pence = fit_gamma_gamma(x, value), fit_gamma_gamma(x, 100 * value)

    assert (pence.p, pence.q) == pytest.approx((pounds.p, pounds.q), rel=1e-4)
    assert pence.gamma == pytest.approx(100 * pounds.gamma, rel=1e-4)


def test_purchases_of_one_price_have_no_maximum():
    assert not fit_gamma_gamma([1, 2, 3, 4], [9.99] * 4).converged


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (([], []), "no customers"),
        (([1, 2], [3.0]), "equal length"),
        (([1, 2], [3.0, np.inf]), r"row 1 .*finite"),
        (([1, 0], [3.0, 4.0]), r"row 1 .*from 1"),
        (([1, 1], [3.0, 0.0]), r"row 1 .*above 0"),
    ],
)
def test_values_that_cannot_be_are_refused(rows, message):
    with pytest.raises(ValueError, match=message):
        fit_gamma_gamma(*rows)
