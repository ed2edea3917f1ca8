"""The sensor that sees new raw orders, however they came."""

import dagster as dg

from analytics_assets.defs.automation.jobs import marts_job
from analytics_assets.defs.raw.state import raw_orders_state
from analytics_assets.defs.staging.pages import RAW_STATE
from analytics_assets.lib.warehouse.interface import Warehouse, WarehouseBusyError


@dg.sensor(
    job=marts_job,
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.STOPPED,
    description="Rebuilds everything from raw when raw.orders holds other orders than the staging "
    "layer was last built from.",
)
def new_raw_orders(
    context: dg.SensorEvaluationContext, warehouse: dg.ResourceParam[Warehouse]
) -> dg.RunRequest | dg.SkipReason:
    """Ask for one run a change of raw.orders; its fingerprint is the cursor."""
    try:
        with warehouse.session(wait=False) as session:
            state = raw_orders_state(session)
    except WarehouseBusyError as busy:
        return dg.SkipReason(f"will look again: {busy}")
    if state is None:
        return dg.SkipReason("raw.orders has no rows yet")
    built_from, build = _last_build(context.instance)
    if state in (context.cursor, built_from):
        context.update_cursor(state)
        return dg.SkipReason(f"nothing new: {state}")
    context.update_cursor(state)
    # The last build is part of the key: orders that return to an earlier state are a change too.
    return dg.RunRequest(run_key=f"{state}, after {build}")


def _last_build(instance: dg.DagsterInstance) -> tuple[str | None, str]:
    """Return what raw.orders held when staging was last built, and that build's run."""
    event = instance.get_latest_materialization_event(dg.AssetKey("stg_orders"))
    if event is None or event.asset_materialization is None:
        return None, "no build"
    state = event.asset_materialization.metadata.get(RAW_STATE)
    return (str(state.value) if state else None), event.run_id
