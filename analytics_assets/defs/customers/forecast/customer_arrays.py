"""Columns of numbers, one entry a customer: their type, their checks and their distinct rows."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

FloatArray = npt.NDArray[np.float64]


def float_columns(columns: Mapping[str, npt.ArrayLike | None]) -> dict[str, FloatArray]:
    """Return the columns as float arrays (n,), those that are None left out.

    Raises:
        ValueError: when a column is not one-dimensional, the lengths differ, there is no row, or
            a value is missing or infinite.
    """
    arrays = {
        name: np.asarray(values, dtype=float)
        for name, values in columns.items()
        if values is not None
    }
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
    """Return the distinct rows, sorted, and the customers who share each (the sum of weights).

    ``columns`` may hold ``weights``; without it every row is one customer. Sorted, so that sums
    over the patterns do not depend on the order in which a database gave the rows.
    """
    frame = pd.DataFrame({"weights": 1.0, **columns})
    names = [name for name in columns if name != "weights"]
    counted = frame.groupby(names, as_index=False, sort=True)["weights"].sum()
    return tuple(counted[name].to_numpy() for name in names), counted["weights"].to_numpy()
