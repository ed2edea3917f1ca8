"""Figures of some tables in one statement: aggregates, and how many rows there are."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from analytics_assets.lib.warehouse.interface import Session
from analytics_assets.lib.warehouse.literals import literal


def aggregates(
    session: Session, wanted: Mapping[str, Mapping[str, str]]
) -> dict[str, dict[str, Any]]:
    """Return table -> name -> value, one row of aggregates per table.

    Args:
        session: where to ask.
        wanted: ``schema.name`` -> name -> aggregate, such as ``sum(amount)``; one at least.
    """
    if not wanted:
        return {}
    rows = " cross join ".join(
        "(select "
        + ", ".join(f"{sql} as c{t}_{c}" for c, sql in enumerate(expressions.values()))
        + f" from {table}) as t{t}"
        for t, (table, expressions) in enumerate(wanted.items())
    )
    values = session.read(f"select * from {rows}")
    return {
        table: {name: _value(values[f"c{t}_{c}"].iloc[0]) for c, name in enumerate(expressions)}
        for t, (table, expressions) in enumerate(wanted.items())
    }


def row_counts(session: Session, tables: Sequence[str]) -> dict[str, int]:
    """Return the number of rows of each ``schema.name``."""
    if not tables:
        return {}
    counts = session.read(
        " union all ".join(
            f"select {literal(table)} as table_name, count(*) as row_count from {table}"
            for table in tables
        )
    )
    return {str(name): int(n) for name, n in zip(counts.table_name, counts.row_count, strict=True)}


def _value(value: object) -> Any:
    if pd.isna(value):  # type: ignore[call-overload]
        return None
    return value.to_pydatetime() if isinstance(value, pd.Timestamp) else value
