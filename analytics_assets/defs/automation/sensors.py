"""The sensor that sees new raw orders, however they came."""

import time

import dagster as dg

from analytics_assets.defs.automation.jobs import daily_job, marts_job
from analytics_assets.defs.raw.state import RAW_STATE, raw_orders_state
from analytics_assets.lib.warehouse.interface import Warehouse, WarehouseBusyError

_UNFINISHED = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]
_FAILED = (dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED)
_NAME = "new_raw_orders"
_MOST_MINUTES_BETWEEN_TRIES = 60


def new_raw_orders_sensor(minutes: int) -> dg.SensorDefinition:
    """Return the sensor that looks every so many minutes, and starts a run for what is new."""
    decorated = dg.sensor(
        name=_NAME,
        jobs=[marts_job, daily_job],
        minimum_interval_seconds=60 * minutes,
        default_status=dg.DefaultSensorStatus.STOPPED,
        description="Rebuilds everything from raw when raw.orders holds other orders than the "
        "staging layer was last built from.",
    )
    return decorated(_new_raw_orders)


def _new_raw_orders(
    context: dg.SensorEvaluationContext, warehouse: dg.ResourceParam[Warehouse]
) -> dg.RunRequest | dg.SkipReason:
    """Start a run while raw.orders differs from what staging was built from, one at a time.

    What was built decides, not what was asked for: a run that failed is tried again, at once, and
    then after 5, 15, 35 minutes and every hour. No cursor and no run key can stand in its way.
    """
    if unfinished := context.instance.get_runs(dg.RunsFilter(statuses=_UNFINISHED), limit=1):
        return dg.SkipReason(f"will look again after run {unfinished[0].run_id}")
    try:
        with warehouse.glance() as session:
            state = raw_orders_state(session)
            # On Snowflake a run begins by freezing the shop's own tables.
            job = marts_job if session.in_process else daily_job
    except WarehouseBusyError as busy:
        return dg.SkipReason(f"will look again: {busy}")
    if state is None:
        return dg.SkipReason("raw.orders has no rows yet")
    if state == _built_from(context.instance):
        return dg.SkipReason(f"nothing new: {state}")
    if pause := _pause(context.instance, state):
        return dg.SkipReason(f"runs for these orders did not build them; next try {pause}: {state}")
    return dg.RunRequest(tags={RAW_STATE: state}, job_name=job.name)


def _built_from(instance: dg.DagsterInstance) -> str | None:
    """Return what raw.orders held when staging was last built, on Snowflake when it was frozen.

    None also where that run failed later on: what reads staging may be older than it is.
    """
    for key in (dg.AssetKey("stg_orders"), dg.AssetKey(["raw", "orders"])):
        event = instance.get_latest_materialization_event(key)
        if event is not None and event.asset_materialization is not None:
            state = event.asset_materialization.metadata.get(RAW_STATE)
            if state is not None:
                run = instance.get_run_by_id(event.run_id)
                return None if run and run.status in _FAILED else str(state.value)
    return None


def _pause(instance: dg.DagsterInstance, state: str) -> str:
    """Return when to start the next run for this state, such as "in 5 minutes"; "" for now."""
    tags = {"dagster/sensor_name": _NAME, RAW_STATE: state}
    tries = instance.get_run_records(dg.RunsFilter(tags=tags), limit=6)
    if not tries:
        return ""
    minutes = min(5 * (2 ** (len(tries) - 1) - 1), _MOST_MINUTES_BETWEEN_TRIES)
    left = minutes - (time.time() - (tries[0].end_time or 0)) / 60
    return f"in {left:.0f} minutes" if left > 0 else ""
