"""The figures of a materialization that tell how fresh it is and plot well over time."""

import datetime
import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

Figure = int | float | str | datetime.date | None


def build_facts(
    as_of_date: datetime.date | None, newest_event: datetime.date | None, seconds: float
) -> dict[str, Any]:
    """Return the clock, the newest order that the table holds, and how long it took.

    Dates are text: the UI would shift a timestamp to the reader's own time zone.
    """
    return known(
        {
            "as_of_date": as_of_date,
            "newest_event": newest_event,
            "duration_seconds": round(seconds, 3),
        }
    )


def known(figures: Mapping[str, Figure]) -> dict[str, Any]:
    """Return the figures as metadata values; what is not known is left out."""
    return {name: _plain(value) for name, value in figures.items() if not _is_missing(value)}


def _plain(value: Figure) -> int | float | str:
    if isinstance(value, datetime.date):
        return (
            value.isoformat(sep=" ", timespec="seconds")
            if isinstance(value, datetime.datetime)
            else value.isoformat()
        )
    if value is None or isinstance(value, str):
        return str(value)
    return float(value) if isinstance(value, float) else int(value)


def _is_missing(value: Figure) -> bool:
    return bool(pd.isna(value)) or (isinstance(value, float) and math.isinf(value))
