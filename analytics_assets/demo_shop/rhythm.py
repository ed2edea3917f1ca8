"""When the shop is busy: hours, weekdays and months of its calendar.

Every process of the shop runs in *operational time*: days that are long where the shop is busy and
short where it is quiet, so that a plain Poisson process in operational time becomes a purchase
history with office hours and a season in calendar time (the time-change theorem). Over the whole
calendar one operational day is one calendar day on average.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

_HISTORY = 3 * 365 + 28  # days before the last one that the calendar has at least
_HOURS = (1, 1, 1, 1, 1, 2, 4, 8, 12, 16, 18, 18, 20, 18, 16, 15, 16, 18, 22, 26, 26, 20, 10, 4)
_WEEKDAYS = (1.00, 0.95, 0.95, 1.00, 1.10, 1.15, 0.85)  # Monday first
_SEASON = (0.96, 0.94, 0.97, 0.99, 1.01, 1.03, 1.03, 1.01, 0.98, 0.99, 1.04, 1.05)


@dataclass(frozen=True)
class Calendar:
    """The days of the shop: whole months, but for the last, and a little more than three years.

    A forecast can be held out where the history is three years long on its last day.
    """

    last_day: np.datetime64

    @cached_property
    def first_day(self) -> np.datetime64:
        """The first of a month, three years and four to eight weeks before the last day."""
        start = self.last_day - _HISTORY
        first: np.datetime64 = start.astype("datetime64[M]").astype("datetime64[D]")
        return first

    @property
    def days(self) -> int:
        """Number of days, the last one included."""
        return int((self.last_day - self.first_day).astype(int)) + 1

    @property
    def last_second(self) -> np.datetime64:
        """The last second of the last day."""
        last: np.datetime64 = (self.last_day + 1).astype("datetime64[s]") - 1
        return last

    @property
    def months(self) -> int:
        """Number of calendar months, the last one included."""
        return int(self.month(self.last_day)) + 1

    @property
    def first_month(self) -> int:
        """The calendar's first month as a number of months since January 1970."""
        return int(self.first_day.astype("datetime64[M]").astype(np.int64))

    def month(self, moment: npt.NDArray[np.datetime64] | np.datetime64) -> npt.NDArray[np.int64]:
        """Return the calendar month of each date or timestamp, 0 for the calendar's first."""
        months: npt.NDArray[np.int64] = moment.astype("datetime64[M]").astype(np.int64)
        return months - self.first_month

    def month_name(self, number: int) -> str:
        """Return a month, 0 for the calendar's first, as YYYY-MM."""
        return str(self.first_day.astype("datetime64[M]") + number)

    @cached_property
    def _operational_hours(self) -> npt.NDArray[np.float64]:
        """The operational time at the start of every calendar hour, and at the very end."""
        days = self.first_day + np.arange(self.days)
        weekday = (days.astype(np.int64) + 3) % 7  # 1970-01-01 was a Thursday
        month = days.astype("datetime64[M]").astype(np.int64) % 12
        day_of_month = (days - days.astype("datetime64[M]").astype("datetime64[D]")).astype(int) + 1
        busy = np.outer(np.take(_WEEKDAYS, weekday) * np.take(_SEASON, month), _HOURS)
        # The hour that clocks in the United States skip: the second Sunday of March, 2 o'clock.
        skipped = (month == 2) & (weekday == 6) & (day_of_month > 7) & (day_of_month < 15)
        busy[skipped, 2] = 0.0
        cumulative = np.concatenate([[0.0], np.cumsum(busy)])
        normalised: npt.NDArray[np.float64] = cumulative * (self.days / cumulative[-1])
        return normalised

    def moments(self, operational: npt.NDArray[np.float64]) -> npt.NDArray[np.datetime64]:
        """Return the calendar second (datetime64[s]) of each operational time in [0, days)."""
        hours = self._operational_hours
        seconds = np.interp(operational, hours, 3600.0 * np.arange(len(hours)))
        whole = np.minimum(seconds.astype(np.int64), self.days * 86_400 - 1)
        calendar: npt.NDArray[np.datetime64] = self.first_day.astype("datetime64[s]") + whole
        return calendar

    @cached_property
    def month_starts(self) -> npt.NDArray[np.float64]:
        """The operational time at which each month begins, and the end: months + 1 values."""
        firsts = self.first_day.astype("datetime64[M]") + np.arange(self.months)
        hour = (firsts.astype("datetime64[D]") - self.first_day).astype(np.int64) * 24
        starts: npt.NDArray[np.float64] = self._operational_hours[np.append(hour, -1)]
        return starts
