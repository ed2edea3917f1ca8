"""Months as integers: how many have passed since January of year 0."""

from typing import Any

import numpy as np
import numpy.typing as npt

# NumPy counts months from this one.
_JANUARY_1970 = 12 * 1970


def first_days(months: npt.NDArray[np.integer[Any]]) -> npt.NDArray[np.datetime64]:
    """Return the first day of each month, datetime64[us]."""
    return (months.astype(np.int64) - _JANUARY_1970).astype("M8[M]").astype("M8[us]")
