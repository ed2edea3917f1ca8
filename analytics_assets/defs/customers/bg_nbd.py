"""BG/NBD: when customers buy and whether they still do (Fader, Hardie & Lee 2005).

While alive a customer buys at rate lambda ~ Gamma(r, alpha) a week, and after each repeat purchase
stays away for good with probability p ~ Beta(a, b). Equation numbers are those of "Counting Your
Customers" the Easy Way, Marketing Science 24(2), 275-284.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.linalg import eigh_tridiagonal
from scipy.special import digamma, expit, gammaln

from analytics_assets.defs.customers.maximum_likelihood import (
    FloatArray,
    distinct_patterns,
    float_columns,
    maximize,
    require,
)

# Relative error below 1e-12 unless the integrand turns within 1/50 of an end of the interval.
NODES = 128
# A fit at its edge with a smaller mean chance to leave has seen nobody leave.
NOBODY_LEAVES = 0.005


@dataclass(frozen=True)
class BgNbd:
    """Parameters of the model, with the log-likelihood of the data they were fitted to."""

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float = float("nan")
    converged: bool = True

    @property
    def nobody_leaves(self) -> bool:
        """Whether the fit went to its edge since no customer was seen to leave."""
        return not self.converged and self.a / (self.a + self.b) < NOBODY_LEAVES


def fit_bg_nbd(frequency: npt.ArrayLike, recency: npt.ArrayLike, age: npt.ArrayLike) -> BgNbd:
    """Fit r, alpha, a and b by maximum likelihood (eq. 6) on the distinct customer histories.

    Args:
        frequency: x, repeat purchases, whole numbers from 0, (n,).
        recency: t_x, weeks from the first to the last purchase, 0 where x = 0, (n,).
        age: T, weeks from the first purchase to the end of observation, (n,).

    Returns:
        The parameters; ``converged`` is False where the likelihood has no maximum to find.

    Raises:
        ValueError: for no customers, arrays of unequal length, or a history that cannot be.
    """
    (x, t_x, age_), customers = distinct_patterns(_checked_histories(frequency, recency, age))
    levels, level = np.unique(x, return_inverse=True)
    customers_at_level = np.bincount(level, weights=customers)
    total = float(customers.sum())

    def log_likelihood(parameters: FloatArray) -> tuple[float, FloatArray]:
        r, alpha, a, b = parameters
        model = BgNbd(float(r), float(alpha), float(a), float(b))
        log_odds = _log_odds_of_death(model, x, t_x, age_)
        alive, dead = customers * expit(-log_odds), customers * expit(log_odds)
        log_age, log_recency = np.log(alpha + age_), np.log(alpha + t_x)
        by_level = (
            gammaln(r + levels)
            - gammaln(r)
            + gammaln(b + levels)
            - gammaln(b)
            + gammaln(a + b)
            - gammaln(a + b + levels)
        )
        value = (
            customers_at_level @ by_level
            + total * r * np.log(alpha)
            + customers @ (np.logaddexp(0.0, log_odds) - (r + x) * log_age)
        )
        lost_to_mixture = digamma(a + b) - digamma(a + b + levels)
        gradient = (
            customers_at_level @ (digamma(r + levels) - digamma(r))
            + total * np.log(alpha)
            - alive @ log_age
            - dead @ log_recency,
            total * r / alpha
            - alive @ ((r + x) / (alpha + age_))
            - dead @ ((r + x) / (alpha + t_x)),
            customers_at_level @ lost_to_mixture + dead.sum() / a,
            customers_at_level @ (lost_to_mixture + digamma(b + levels) - digamma(b))
            - dead @ (1 / (b + np.maximum(x, 1) - 1)),
        )
        return float(value), np.array(gradient)

    weeks_per_purchase = (customers @ age_ + 1) / (customers @ x + 1)
    start = np.array([1.0, weeks_per_purchase, 1.0, 1.0])
    optimum = maximize(log_likelihood, start, total)
    r, alpha, a, b = optimum.parameters
    return BgNbd(r, alpha, a, b, optimum.log_likelihood, optimum.converged)


def p_alive(
    model: BgNbd, frequency: npt.ArrayLike, recency: npt.ArrayLike, age: npt.ArrayLike
) -> FloatArray:
    """Return P(alive | x, t_x, T), broadcast over the arguments; 1 wherever x = 0.

    1 / (1 + a / (b + x - 1) * ((alpha + T) / (alpha + t_x))^(r + x)) for x > 0 (Fader, Hardie &
    Lee 2008, Computing P(Alive) Using the BG/NBD Model).
    """
    x, t_x, age_ = (np.asarray(values, dtype=float) for values in (frequency, recency, age))
    return np.asarray(expit(-_log_odds_of_death(model, x, t_x, age_)))


def expected_purchases(
    model: BgNbd,
    horizon: float,
    frequency: npt.ArrayLike,
    recency: npt.ArrayLike,
    age: npt.ArrayLike,
) -> FloatArray:
    """Return E[Y(horizon) | x, t_x, T] (eq. 10): purchases in the next ``horizon`` weeks.

    Computed as p_alive * E[(1 - (1 + p * horizon / (alpha + T))^-(r + x)) / p] over
    p ~ Beta(a, b + x). Equation 10 is this integral written with 2F1, which overflows for large b
    or x and is 0/0 at a = 1; the integral does neither.
    """
    x, t_x, age_ = np.broadcast_arrays(
        *(np.asarray(values, dtype=float) for values in (frequency, recency, age))
    )
    if_alive = np.empty(x.shape)
    for level in np.unique(x):
        rows = x == level
        # Ages are whole days, so thousands of customers share each of them.
        ages, position = np.unique(age_[rows], return_inverse=True)
        p, weights = _beta_nodes(model.a, model.b + float(level))
        growth = np.log1p(np.outer(horizon / (model.alpha + ages), p))
        purchases = (-np.expm1(-(model.r + level) * growth) / p) @ weights
        if_alive[rows] = purchases[position]
    return if_alive * p_alive(model, x, t_x, age_)


def probability_of_a_purchase(
    model: BgNbd,
    horizon: float,
    frequency: npt.ArrayLike,
    recency: npt.ArrayLike,
    age: npt.ArrayLike,
) -> FloatArray:
    """Return P(Y(horizon) > 0 | x, t_x, T): at least one purchase in the next ``horizon`` weeks.

    p_alive * (1 - ((alpha + T) / (alpha + T + horizon))^(r + x)): who is alive buys at a rate
    ~ Gamma(r + x, alpha + T), and can leave after a purchase only.
    """
    x, t_x, age_ = (np.asarray(values, dtype=float) for values in (frequency, recency, age))
    bought = -np.expm1(-(model.r + x) * np.log1p(horizon / (model.alpha + age_)))
    return np.asarray(p_alive(model, x, t_x, age_) * bought)


def _beta_nodes(a: float, b: float) -> tuple[FloatArray, FloatArray]:
    """Return the Gauss-Jacobi quadrature (Golub & Welsch 1969) of a Beta variable.

    Nodes (128,) in (0, 1] and weights (128,) with E[g(p)] = g(nodes) @ weights.

    p ~ Beta(a, b); the weights sum to 1. The nodes are the eigenvalues of the tridiagonal matrix
    of the Jacobi polynomials' recurrence: no gamma function is evaluated, so no a or b is too
    large.
    """
    k = np.arange(1, NODES)
    c = a + b - 2
    diagonal = np.r_[
        (a - b) / (a + b),
        (a - b) * c / ((2 * k + c) * (2 * k + c + 2)),
    ]
    k = np.arange(2, NODES)
    squared = np.r_[
        4 * a * b / ((a + b) ** 2 * (a + b + 1)),
        4 * k * (k + a - 1) * (k + b - 1) * (k + c) / ((2 * k + c) ** 2 * ((2 * k + c) ** 2 - 1)),
    ]
    points, vectors = eigh_tridiagonal(diagonal, np.sqrt(squared))
    # Rounding may put the outermost node at or below 0, where (1 - (1 + 0)^-n) / 0 has no value.
    return np.clip((1 + points) / 2, np.finfo(float).tiny, 1.0), vectors[0] ** 2


def _log_odds_of_death(model: BgNbd, x: FloatArray, t_x: FloatArray, age: FloatArray) -> FloatArray:
    """Return ln((1 - p_alive) / p_alive): minus infinity where x = 0."""
    odds = (
        np.log(model.a)
        - np.log(model.b + np.maximum(x, 1) - 1)
        + (model.r + x) * np.log1p((age - t_x) / (model.alpha + t_x))
    )
    return np.where(x > 0, odds, -np.inf)


def _checked_histories(
    frequency: npt.ArrayLike, recency: npt.ArrayLike, age: npt.ArrayLike
) -> dict[str, FloatArray]:
    rows = float_columns({"frequency": frequency, "recency": recency, "age": age})
    x, t_x, age_ = rows["frequency"], rows["recency"], rows["age"]
    require((x >= 0) & (x == np.floor(x)), "frequency must be a whole number from 0", rows)
    require((t_x >= 0) & (t_x <= age_), "recency must lie between 0 and age", rows)
    require((x > 0) | (t_x == 0), "recency must be 0 where frequency is 0", rows)
    return rows
