"""The DuckDB warehouse for the length of a run: a run that builds tables holds the run lock."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import dagster as dg

from analytics_assets.lib.warehouse.duckdb import DuckDBWarehouse
from analytics_assets.lib.warehouse.run_lock import run_lock
from analytics_assets.lib.warehouse.waiting import Patience

RUN_WAIT_SECONDS = 1800.0


@contextmanager
def warehouse_of_a_run(
    warehouse: DuckDBWarehouse,
    context: dg.InitResourceContext,
    wait_seconds: float = RUN_WAIT_SECONDS,
) -> Iterator[DuckDBWarehouse]:
    """Yield the warehouse, for the length of a run, one building run at a time.

    A run of checks alone and a sensor's glance take no lock: they change nothing. Who waits says
    so in the run's log.
    """
    log = context.log
    if log is None or context.run is None:
        yield warehouse
        return
    of_this_run = replace(warehouse, report=log.warning)
    if not _builds(context):
        yield of_this_run
        return
    what = f"run {context.run.run_id[:8]} of {context.run.job_name}"
    with run_lock(warehouse.path, what, Patience(wait_seconds, log.warning)):
        yield of_this_run


def _builds(context: dg.InitResourceContext) -> bool:
    """Return whether the run builds any asset; checks alone do not."""
    run, instance = context.run, context.instance
    if run is None or instance is None or run.execution_plan_snapshot_id is None:
        return True
    plan = instance.get_execution_plan_snapshot(run.execution_plan_snapshot_id)
    return bool(plan.asset_selection)
