"""The one clock, read where every model reads it, and the newest order beside it."""

import datetime

import pandas as pd

from analytics_assets.errors import AnalyticsError
from analytics_assets.lib.warehouse.interface import Session


class ClockError(AnalyticsError):
    """The staging tables stand at another as_of_date than this run asks for."""


def read_clock(session: Session, expected: datetime.date | None = None) -> datetime.date:
    """Return the as_of_date of the staging tables.

    ``expected`` is the date that this run asks for, or None where it takes what staging has.

    Raises:
        ClockError: staging has no orders to take a date from, or stands at another date; building
            on it would mix two days in one set of tables.
    """
    value = session.read("select as_of_date from staging.stg_clock")["as_of_date"].iloc[0]
    if pd.isna(value):
        raise ClockError(
            "there is no as_of_date: raw.orders is empty. Land orders first, or give a date in "
            "ANALYTICS_VARS, such as {as_of_date: 2025-12-31}"
        )
    as_of_date = pd.Timestamp(value).date()
    if expected is not None and as_of_date != expected:
        raise ClockError(
            f"this run asks for as_of_date {expected}, the staging tables stand at {as_of_date}; "
            "select the staging layer too, for example --select '+product_affinity'"
        )
    return as_of_date


def newest_order(session: Session) -> datetime.date | None:
    """Return the day of the newest order of the staging tables; None without orders."""
    newest = session.read("select max(order_day) as newest from staging.stg_orders")
    day = newest["newest"].iloc[0]
    return None if pd.isna(day) else pd.Timestamp(day).date()
