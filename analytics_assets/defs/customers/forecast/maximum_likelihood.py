"""Maximum likelihood over positive parameters: the search both models share, and when it counts.

Nothing here knows a model; the models bring their log-likelihood and its gradient.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from analytics_assets.defs.customers.forecast.customer_arrays import FloatArray

# The search runs in logarithms, at most e^8 = 2981 times up or down from the start. A parameter
# that goes further runs off to 0 or infinity: nobody is seen to leave, or all are alike.
LOG_DISTANCE_FROM_START = 8.0
# Slope of the mean log-likelihood per customer in the logarithm of a parameter.
GRADIENT_TOLERANCE = 1e-6


@dataclass(frozen=True)
class Optimum:
    """The best parameters found; converged where the slope is flat, within the search's edges."""

    parameters: tuple[float, ...]
    log_likelihood: float
    converged: bool


def maximize(
    log_likelihood: Callable[[FloatArray], tuple[float, FloatArray]],
    start: FloatArray,
    customers: float,
    max_iterations: int,
) -> Optimum:
    """Return the maximum of ``log_likelihood`` over positive parameters.

    Args:
        log_likelihood: parameters (k,) -> (total log-likelihood, its gradient (k,)).
        start: positive parameters of the right scale, (k,).
        customers: number of customers behind the total, so that tolerances do not depend on it.
        max_iterations: the search gives up after so many; the result is then not converged.
    """

    def mean_cost(logs: FloatArray) -> tuple[float, FloatArray]:
        parameters = np.exp(logs)
        value, gradient = log_likelihood(parameters)
        return -value / customers, -gradient * parameters / customers

    lower = np.log(start) - LOG_DISTANCE_FROM_START
    upper = np.log(start) + LOG_DISTANCE_FROM_START
    found = minimize(
        mean_cost,
        np.log(start),
        jac=True,
        method="L-BFGS-B",
        bounds=list(zip(lower, upper, strict=True)),
        options={"maxiter": max_iterations, "ftol": 0.0, "gtol": 1e-10},
    )
    cost, gradient = mean_cost(found.x)
    inside = (found.x > lower) & (found.x < upper)
    # Judged by the slope, not by the optimiser's message: at the limit of double precision a good
    # fit ends in an "abnormal" line search.
    flat = np.abs(gradient) <= GRADIENT_TOLERANCE
    return Optimum(
        parameters=tuple(float(value) for value in np.exp(found.x)),
        log_likelihood=-cost * customers,
        converged=bool((inside & flat).all()),
    )
