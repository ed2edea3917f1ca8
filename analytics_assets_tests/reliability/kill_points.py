"""The named points at which a run is killed, and how a process comes to kill itself there.

A point is a call of a function, or a statement that dbt sends: the process group gets SIGKILL just
before or just after it.
"""

import os
import re
import signal
from dataclasses import dataclass
from functools import wraps
from importlib import import_module
from typing import Any

from dbt.adapters.duckdb.environments.local import DuckDBCursorWrapper


@dataclass(frozen=True)
class PythonPoint:
    """The ``call``-th call of ``module.path`` whose first arguments' text holds ``argument``."""

    name: str
    module: str
    path: str
    when: str = "after"
    call: int = 1
    argument: str = ""


@dataclass(frozen=True)
class DbtPoint:
    """The first statement of dbt that matches a regular expression."""

    name: str
    statement: str
    when: str = "after"


Point = PythonPoint | DbtPoint

_LANDING = "analytics_assets.defs.raw.landing"
_LAND = "analytics_assets.intake.land"
_EVALUATION = "analytics_assets.lib.checks.evaluation"
_DUCKDB = "analytics_assets.lib.warehouse.duckdb"


def _written(table: str) -> list[Point]:
    return [
        PythonPoint(
            f"{table}, {when} its write",
            _DUCKDB,
            "DuckDBSession.replace",
            when,
            argument=rf"^analytics\.{table}$",
        )
        for when in ("before", "after")
    ]


def _swapped(table: str) -> list[Point]:
    return [
        DbtPoint(
            f"dbt, {table} built and not swapped", rf'create\s+table\s+"[^;]*{table}__dbt_tmp'
        ),
        DbtPoint(f"dbt, {table} between its two renames", rf"{table}__dbt_backup"),
        DbtPoint(f"dbt, {table} swapped and not committed", rf'rename to "{table}"'),
        DbtPoint(
            f"dbt, {table} committed and its backup left", rf"drop .*{table}__dbt_backup", "before"
        ),
    ]


POINTS: list[Point] = [
    PythonPoint("shop's files, made and not landed", _LANDING, "_demonstration_shop"),
    PythonPoint("landing, a file staged", "analytics_assets.intake.sources", "stage", "after", 2),
    PythonPoint("landing, all files staged", _LAND, "stage_all"),
    PythonPoint("landing, orders replaced", _LAND, "land_table", "after", 2),
    PythonPoint("landing, before its commit", _LAND, "_report"),
    PythonPoint("landing, committed and not closed", _LANDING, "land"),
    PythonPoint("checks of raw, in the middle", _EVALUATION, "_count"),
    PythonPoint("checks of a mart, in the middle", _EVALUATION, "_count", "after", 15),
    DbtPoint("dbt, before its first statement", "", "before"),
    DbtPoint("dbt, staging half replaced", r'rename to "stg_clock"'),
    DbtPoint("dbt, seed emptied", r"(delete from|truncate).*order_statuses"),
    DbtPoint("dbt, realtime tables half replaced", r'rename to "enriched_orders__dbt_backup"'),
    *_swapped("customer_segmentation"),
    *_swapped("product_recommendations"),
    PythonPoint(
        "dbt done, its tables not described",
        "analytics_assets.lib.dbt.runner",
        "DbtRunner.build",
        "after",
        4,
    ),
    *_written("customer_value_forecast"),
    *_written("monthly_cohorts"),
    *_written("product_affinity"),
    *_written("recommendation_scorecard"),
    PythonPoint(
        "recommendation_scorecard, its work table written",
        _DUCKDB,
        "DuckDBSession.stage",
        argument="recommendation_lists",
    ),
]


def arm(point: Point) -> None:
    """Make this process kill its group at the point."""
    match point:
        case DbtPoint():
            _arm_statements(point)
        case PythonPoint():
            _arm_call(point)


def _kill() -> None:
    os.killpg(0, signal.SIGKILL)


def _arm_statements(point: DbtPoint) -> None:
    real = DuckDBCursorWrapper.execute

    def execute(self: Any, sql: str, bindings: Any = None) -> Any:
        hit = re.search(point.statement, sql, re.IGNORECASE | re.DOTALL)
        if hit and point.when == "before":
            _kill()
        result = real(self, sql, bindings)
        if hit:
            _kill()
        return result

    DuckDBCursorWrapper.execute = execute


def target(point: PythonPoint) -> tuple[Any, str]:
    """Return the module or class that holds the point's function, and its name there."""
    owner: Any = import_module(point.module)
    *outer, name = point.path.split(".")
    for part in outer:
        owner = getattr(owner, part)
    return owner, name


def _arm_call(point: PythonPoint) -> None:
    owner, name = target(point)
    real = getattr(owner, name)
    calls = 0

    @wraps(real)
    def armed(*args: Any, **options: Any) -> Any:
        nonlocal calls
        if any(re.search(point.argument, str(argument)) for argument in args[:2]):
            calls += 1
            if calls == point.call and point.when == "before":
                _kill()
            result = real(*args, **options)
            if calls == point.call:
                _kill()
            return result
        return real(*args, **options)

    setattr(owner, name, armed)
