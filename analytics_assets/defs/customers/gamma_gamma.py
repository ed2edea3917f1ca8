"""Gamma-Gamma: what a purchase is worth.

The values of a customer's purchases vary around the customer's own mean as Gamma(p, nu), and nu
varies between customers as Gamma(q, gamma); neither depends on how often the customer buys.
Equation numbers are those of Fader & Hardie 2013, The Gamma-Gamma Model of Monetary Value.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import digamma, gammaln

from analytics_assets.defs.customers.maximum_likelihood import (
    FloatArray,
    distinct_patterns,
    float_columns,
    maximize,
    require,
)


@dataclass(frozen=True)
class GammaGamma:
    """Parameters of the model, with the log-likelihood of the data they were fitted to."""

    p: float
    q: float
    gamma: float
    log_likelihood: float = float("nan")
    converged: bool = True


def fit_gamma_gamma(frequency: npt.ArrayLike, monetary_value: npt.ArrayLike) -> GammaGamma:
    """Fit p, q and gamma by maximum likelihood (eq. 1a) to customers with a repeat purchase.

    Args:
        frequency: x, repeat purchases, whole numbers from 1, (n,).
        monetary_value: mean value of the customer's repeat purchases, above 0, (n,).

    Returns:
        The parameters; ``converged`` is False where the likelihood has no maximum to find, as
        when every purchase has the same value.

    Raises:
        ValueError: for no customers, arrays of unequal length, or a value out of range.
    """
    (x, value), customers = distinct_patterns(_checked_values(frequency, monetary_value))
    levels, level = np.unique(x, return_inverse=True)
    customers_at_level = np.bincount(level, weights=customers)
    log_value_at_level = np.bincount(level, weights=customers * np.log(value))
    total = float(customers.sum())
    spent = x * value

    def log_likelihood(parameters: FloatArray) -> tuple[float, FloatArray]:
        p, q, gamma = parameters
        shape = p * levels
        log_scale_at_level = np.bincount(level, weights=customers * np.log(gamma + spent))
        inverse_at_level = np.bincount(level, weights=customers / (gamma + spent))
        by_level = gammaln(shape + q) - gammaln(shape) + shape * np.log(levels)
        log_likelihood = (
            customers_at_level @ by_level
            + total * (q * np.log(gamma) - gammaln(q))
            + (shape - 1) @ log_value_at_level
            - (shape + q) @ log_scale_at_level
        )
        slope = digamma(shape + q) - digamma(shape) + np.log(levels)
        gradient = (
            levels @ (customers_at_level * slope + log_value_at_level - log_scale_at_level),
            customers_at_level @ digamma(shape + q)
            + total * (np.log(gamma) - digamma(q))
            - log_scale_at_level.sum(),
            total * q / gamma - (shape + q) @ inverse_at_level,
        )
        return float(log_likelihood), np.array(gradient)

    # With p = 1 and q = 2 the population's mean is gamma: the search starts at the data's scale.
    start = np.array([1.0, 2.0, float(customers @ value) / total])
    optimum = maximize(log_likelihood, start, total)
    p, q, gamma = optimum.parameters
    return GammaGamma(p, q, gamma, optimum.log_likelihood, optimum.converged)


def expected_value(
    model: GammaGamma, frequency: npt.ArrayLike, monetary_value: npt.ArrayLike
) -> FloatArray:
    """Return E[value of a purchase | x, mean value] (eq. 5), broadcast over the arguments.

    p * (gamma + x * mean) / (p * x + q - 1), which at x = 0 is the population's mean (the mean
    value given is then ignored, NaN included; one below 0 counts as 0). NaN where it has no finite
    value, p * x + q <= 1.
    """
    x = np.asarray(frequency, dtype=float)
    spent = np.where(x > 0, x * np.maximum(np.asarray(monetary_value, dtype=float), 0.0), 0.0)
    weight = model.p * x + model.q - 1
    value: FloatArray = np.full(spent.shape, np.nan)
    np.divide(model.p * (model.gamma + spent), weight, out=value, where=weight > 0)
    return value


def _checked_values(
    frequency: npt.ArrayLike, monetary_value: npt.ArrayLike
) -> dict[str, FloatArray]:
    rows = float_columns({"frequency": frequency, "monetary_value": monetary_value})
    x = rows["frequency"]
    require((x >= 1) & (x == np.floor(x)), "frequency must be a whole number from 1", rows)
    require(rows["monetary_value"] > 0, "monetary_value must be above 0", rows)
    return rows
