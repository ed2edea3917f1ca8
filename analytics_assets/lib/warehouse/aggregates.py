"""Aggregates over some tables in one statement, and the newest order of the staging views."""

import datetime
from collections.abc import Mapping
from typing import Any

import pandas as pd

from analytics_assets.lib.warehouse.interface import Session


def aggregates(
    session: Session, wanted: Mapping[str, Mapping[str, str]]
) -> dict[str, dict[str, Any]]:
    """Return table -> name -> value, one row of aggregates per table.

    Args:
        session: where to ask.
        wanted: ``schema.name`` -> name -> aggregate, such as ``sum(amount)``.
    """
    used = {table: expressions for table, expressions in wanted.items() if expressions}
    if not used:
        return {table: {} for table in wanted}
    rows = " cross join ".join(
        "(select "
        + ", ".join(f"{sql} as c{t}_{c}" for c, sql in enumerate(expressions.values()))
        + f" from {table}) as t{t}"
        for t, (table, expressions) in enumerate(used.items())
    )
    values = session.read(f"select * from {rows}")
    found = {
        table: {name: _value(values[f"c{t}_{c}"].iloc[0]) for c, name in enumerate(expressions)}
        for t, (table, expressions) in enumerate(used.items())
    }
    return {table: found.get(table, {}) for table in wanted}


def newest_order(session: Session) -> datetime.date | None:
    """Return the day of the newest order of the staging views; None without orders."""
    newest = session.read("select max(order_day) as newest from staging.stg_orders")
    day = newest["newest"].iloc[0]
    return None if pd.isna(day) else pd.Timestamp(day).date()


def _value(value: object) -> Any:
    if pd.isna(value):  # type: ignore[call-overload]
        return None
    return value.to_pydatetime() if isinstance(value, pd.Timestamp) else value
