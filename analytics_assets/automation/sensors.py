"""The sensor that sees new raw orders, however they came."""

import dagster as dg

from analytics_assets.automation.jobs import marts_job
from analytics_assets.keys import RAW_STATE, STG_ORDERS
from analytics_assets.warehouse.interface import Warehouse, WarehouseBusyError
from analytics_assets.warehouse.raw_state import raw_orders_state


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
    """Ask for one run a change of raw.orders; the change's fingerprint is cursor and run key."""
    try:
        with warehouse.session(wait=False) as session:
            state = raw_orders_state(session)
    except WarehouseBusyError as busy:
        return dg.SkipReason(f"will look again: {busy}")
    if state is None:
        return dg.SkipReason("raw.orders is empty")
    if state in (context.cursor, _state_of_the_last_build(context.instance)):
        context.update_cursor(state)
        return dg.SkipReason(f"nothing new: {state}")
    context.update_cursor(state)
    return dg.RunRequest(run_key=state)


def _state_of_the_last_build(instance: dg.DagsterInstance) -> str | None:
    event = instance.get_latest_materialization_event(STG_ORDERS)
    metadata = event.asset_materialization.metadata if event and event.asset_materialization else {}
    state = metadata.get(RAW_STATE)
    return str(state.value) if state else None
