"""Models with a row per day, which a run fills for the days of its partitions only.

Such a model is incremental, keyed by its day, and reads the days from the variables history_from,
history_to and history_step. Days before the first order and after the clock get no row.
"""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg
import pandas as pd

from analytics_assets.lib.tables import Table
from analytics_assets.lib.warehouse.columns import columns_query
from analytics_assets.lib.warehouse.interface import Session
from analytics_assets.variables import Variables, resolve_variables

# What a table without a row before the days asked for gets too: one day in four weeks, for a year
# and four weeks. So there is a trend from the first night on, at the price of a fortnight.
_SEED_STEP, _SEED_DAYS = 28, datetime.timedelta(days=392)
# Rows of customers and days that one statement may hold; what it needs grows with them.
_MOST_ROWS = 4_000_000


def is_by_day(node: Mapping[str, Any]) -> bool:
    """Return whether a node of the manifest is a model with a row per day."""
    return bool(node["config"].get("materialized") == "incremental")


def day_partitions(first_day: datetime.date, timezone: str) -> dg.DailyPartitionsDefinition:
    """Return a partition per day from ``first_day`` to today, today included."""
    return dg.DailyPartitionsDefinition(first_day.isoformat(), timezone=timezone, end_offset=1)


def passes(
    context: dg.AssetExecutionContext,
    session: Session,
    made: Table,
    variables: Variables,
    clock: datetime.date,
) -> list[Variables]:
    """Return the variables of each statement that together fill the days of the run's partitions.

    A table without a row before them gets some days of the year before too.

    Args:
        context: of the run, which has a partition or a range of them.
        session: on the warehouse.
        made: the table.
        variables: of the run.
        clock: the day of the staging tables.

    Raises:
        Failure: every one of the days is after ``clock``.
    """
    first, last = map(datetime.date.fromisoformat, context.partition_key_range)
    if first > clock:
        raise dg.Failure(
            f"days up to {clock}, the day of the staging tables, can be filled (got {first} to "
            f"{last}). Next: choose earlier partitions, or run daily_refresh first",
            allow_retries=False,
        )
    if last > clock:
        context.log.warning(f"days after {clock} get no row: the staging tables end there")
    last = min(last, clock)
    customers = int(session.read("select count(*) as n from staging.stg_customers")["n"].iloc[0])
    days = max(1, _MOST_ROWS // max(1, customers))
    asked = pieces(variables, first, last, 1, days)
    if _has_row_before(session, made, first):
        return asked
    # The last day is among these.
    seeded = pieces(variables, last - _SEED_DAYS, last, _SEED_STEP, days)
    return seeded if first == last else [*seeded, *asked]


def pieces(
    variables: Variables, first: datetime.date, last: datetime.date, step: int, most: int
) -> list[Variables]:
    """Return variables that fill every ``step``-th day back from ``last``, ``most`` days each."""
    ends = list(_every(first, last, step * most))
    return [
        resolve_variables(
            variables.model_dump(),
            {
                "history_from": max(first, end - datetime.timedelta(days=step * most - 1)),
                "history_to": end,
                "history_step": step,
            },
        )
        for end in ends
    ]


def log_other_days(
    context: dg.AssetExecutionContext, session: Session, made: Table, filled: Sequence[Variables]
) -> None:
    """Say in the run's events which days were filled that are none of its partitions."""
    [key] = made.key
    there = {
        pd.Timestamp(day).date()
        for day in session.read(f"select distinct {key} as day from {made.name}")["day"]
    }
    known = context.assets_def.partitions_def
    first, last = map(datetime.date.fromisoformat, context.partition_key_range)
    for values in filled:
        if values.history_from and values.history_to:
            for day in _every(values.history_from, values.history_to, values.history_step):
                partition = day.isoformat()
                other = day in there and not first <= day <= last
                if other and known and known.has_partition_key(partition):
                    context.log_event(dg.AssetMaterialization(made.asset_key, partition=partition))


def _every(first: datetime.date, last: datetime.date, step: int) -> Iterator[datetime.date]:
    """Yield every ``step``-th day back from ``last``."""
    for days in range(0, (last - first).days + 1, step):
        yield last - datetime.timedelta(days=days)


def _has_row_before(session: Session, made: Table, day: datetime.date) -> bool:
    if session.read(columns_query(made.name)).empty:
        return False
    [key] = made.key
    rows = session.read(f"select count(*) as n from {made.name} where {key} < date '{day}'")
    return int(rows["n"].iloc[0]) > 0
