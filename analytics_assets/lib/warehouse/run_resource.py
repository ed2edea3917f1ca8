"""The DuckDB warehouse as a Dagster resource: a run that builds tables holds the run lock."""

from collections.abc import Iterator

import dagster as dg

from analytics_assets.lib.warehouse.duckdb import DuckDBWarehouse
from analytics_assets.lib.warehouse.run_lock import run_lock
from analytics_assets.lib.warehouse.waiting import Patience

RUN_WAIT_SECONDS = 1800.0


def warehouse_of_a_run(
    warehouse: DuckDBWarehouse, wait_seconds: float = RUN_WAIT_SECONDS
) -> dg.ResourceDefinition:
    """Return the resource: the warehouse, for the length of a run, one building run at a time.

    A run of checks alone and a sensor's glance take no lock: they change nothing. Who waits says
    so in the run's log.
    """

    @dg.resource(description=f"The DuckDB file {warehouse.path.name}, one building run at a time.")
    def resource(context: dg.InitResourceContext) -> Iterator[DuckDBWarehouse]:
        log = context.log
        if log is None or context.run is None:
            yield warehouse
            return
        told = DuckDBWarehouse(warehouse.path, warehouse.wait_seconds, report=log.warning)
        if not _builds(context):
            yield told
            return
        what = f"run {context.run.run_id[:8]} of {context.run.job_name}"
        with run_lock(warehouse.path, what, Patience(wait_seconds, log.warning)):
            yield told

    return resource


def _builds(context: dg.InitResourceContext) -> bool:
    """Return whether the run builds any asset; checks alone do not."""
    run, instance = context.run, context.instance
    if run is None or instance is None or run.execution_plan_snapshot_id is None:
        return True
    plan = instance.get_execution_plan_snapshot(run.execution_plan_snapshot_id)
    return bool(plan.asset_selection)
