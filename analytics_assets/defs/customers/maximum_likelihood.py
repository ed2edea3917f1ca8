"""Maximum likelihood over positive parameters: the rows both models are fitted to, and the search.

Nothing here knows a model; the models bring their log-likelihood and its gradient.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import minimize

FloatArray = npt.NDArray[np.float64]

# The search runs in logarithms, at most e^8 = 2981 times up or down from the start. A parameter
# that goes further runs off to 0 or infinity: nobody is seen to leave, or all are alike.
LOG_DISTANCE_FROM_START = 8.0
# Slope of the mean log-likelihood per customer in the logarithm of a parameter.
GRADIENT_TOLERANCE = 1e-6
MAX_ITERATIONS = 1000


def float_columns(columns: Mapping[str, npt.ArrayLike]) -> dict[str, FloatArray]:
    """Return the columns as float arrays (n,).

    Raises:
        ValueError: when a column is not one-dimensional, the lengths differ, there is no row, or
            a value is missing or infinite.
    """
    arrays = {name: np.asarray(values, dtype=float) for name, values in columns.items()}
    shapes = {name: array.shape for name, array in arrays.items()}
    if len(set(shapes.values())) > 1 or any(len(shape) != 1 for shape in shapes.values()):
        raise ValueError(f"expected one-dimensional arrays of equal length, got shapes {shapes}")
    if not next(iter(arrays.values())).size:
        raise ValueError(f"no customers: {', '.join(arrays)} are empty; a fit needs at least one")
    finite = np.logical_and.reduce([np.isfinite(array) for array in arrays.values()])
    require(finite, "every value must be a finite number", arrays)
    return arrays


def require(holds: npt.NDArray[np.bool_], rule: str, columns: Mapping[str, FloatArray]) -> None:
    """Raise ValueError naming the first row where ``holds`` is False, its values and the rule."""
    if not holds.all():
        row = int(np.argmin(holds))
        values = ", ".join(f"{name} = {array[row]:g}" for name, array in columns.items())
        raise ValueError(f"row {row} ({values}): {rule}; {int((~holds).sum())} rows break this")


def distinct_patterns(
    columns: Mapping[str, FloatArray],
) -> tuple[tuple[FloatArray, ...], FloatArray]:
    """Return the distinct rows, sorted, and how many customers share each.

    Sorted, so that sums over the patterns do not depend on the order in which a database gave the
    rows.
    """
    counted = pd.DataFrame(columns).groupby(list(columns), sort=True).size().reset_index(name="n")
    return tuple(counted[name].to_numpy() for name in columns), counted["n"].to_numpy(np.float64)


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
) -> Optimum:
    """Return the maximum of ``log_likelihood`` over positive parameters.

    A search of more than ``MAX_ITERATIONS`` is given up, and its result is not converged.

    Args:
        log_likelihood: parameters (k,) -> (total log-likelihood, its gradient (k,)).
        start: positive parameters of the right scale, (k,).
        customers: number of customers behind the total, so that tolerances do not depend on it.
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
        options={"maxiter": MAX_ITERATIONS, "ftol": 0.0, "gtol": 1e-10},
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
