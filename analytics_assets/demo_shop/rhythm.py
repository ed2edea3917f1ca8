"""When the shop is busy: hours, weekdays and months of one fixed calendar.

Every process of the shop runs in *operational time*: days that are long where the shop is busy and
short where it is quiet, so that a plain Poisson process in operational time becomes a purchase
history with office hours and a season in calendar time (the time-change theorem). Over the whole
calendar one operational day is one calendar day on average.
"""

from functools import cache

import numpy as np
import numpy.typing as npt

FIRST_DAY = np.datetime64("2023-01-01", "D")
LAST_DAY = np.datetime64("2025-12-31", "D")
DAYS = int((LAST_DAY - FIRST_DAY).astype(int)) + 1
MONTHS = 36

_HOURS = (1, 1, 1, 1, 1, 2, 4, 8, 12, 16, 18, 18, 20, 18, 16, 15, 16, 18, 22, 26, 26, 20, 10, 4)
_WEEKDAYS = (1.00, 0.95, 0.95, 1.00, 1.10, 1.15, 0.85)  # Monday first
_SEASON = (0.96, 0.94, 0.97, 0.99, 1.01, 1.03, 1.03, 1.01, 0.98, 0.99, 1.04, 1.05)


def month_of(days: npt.NDArray[np.datetime64]) -> npt.NDArray[np.int64]:
    """Return the calendar month of each date or timestamp, 0 for the calendar's first month."""
    first = FIRST_DAY.astype("datetime64[M]").astype(np.int64)
    months: npt.NDArray[np.int64] = days.astype("datetime64[M]").astype(np.int64) - first
    return months


@cache
def _operational_hours() -> npt.NDArray[np.float64]:
    """Return the operational time at the start of every calendar hour, and at the very end."""
    days = FIRST_DAY + np.arange(DAYS)
    weekday = (days.astype(np.int64) + 3) % 7  # 1970-01-01 was a Thursday
    busy = np.take(_WEEKDAYS, weekday) * np.take(_SEASON, month_of(days) % 12)
    cumulative = np.concatenate([[0.0], np.cumsum(np.outer(busy, _HOURS))])
    normalised: npt.NDArray[np.float64] = cumulative * (DAYS / cumulative[-1])
    return normalised


def moments(operational: npt.NDArray[np.float64]) -> npt.NDArray[np.datetime64]:
    """Return the calendar second (datetime64[s]) of each operational time in [0, DAYS)."""
    hours = _operational_hours()
    seconds = np.interp(operational, hours, 3600.0 * np.arange(len(hours)))
    last_second = DAYS * 86_400 - 1
    whole = np.minimum(seconds.astype(np.int64), last_second)
    calendar: npt.NDArray[np.datetime64] = FIRST_DAY.astype("datetime64[s]") + whole
    return calendar


def month_starts() -> npt.NDArray[np.float64]:
    """Return the operational time at which each month begins, and the end: MONTHS + 1 values."""
    firsts = FIRST_DAY.astype("datetime64[M]") + np.arange(MONTHS + 1)
    hour = (firsts.astype("datetime64[D]") - FIRST_DAY).astype(np.int64) * 24
    starts: npt.NDArray[np.float64] = _operational_hours()[hour]
    return starts
