"""A code location with the schedule and the sensor as they are, and tables that cost nothing."""

import dagster as dg

from analytics_assets.defs.automation.jobs import daily_job, marts_job
from analytics_assets.defs.automation.schedule import daily_schedule
from analytics_assets.defs.automation.sensors import new_raw_orders_sensor
from analytics_assets.defs.raw.specs import RAW_TABLES
from analytics_assets.lib.warehouse.duckdb import DuckDBWarehouse
from analytics_assets.resources import run_variables
from analytics_assets.settings import load_settings

SETTINGS = load_settings()


@dg.multi_asset(
    specs=[dg.AssetSpec(["raw", name], group_name="raw") for name in RAW_TABLES],
    required_resource_keys={"variables"},
)
def raw():
    """Stand for the raw tables."""


@dg.asset(deps=[dg.AssetKey(["raw", "orders"])], required_resource_keys={"variables"})
def stg_orders() -> None:
    """Stand for all that is built from them."""


defs = dg.Definitions(
    assets=[raw, stg_orders],
    jobs=[daily_job, marts_job],
    schedules=[daily_schedule(SETTINGS.variables.business_timezone)],
    sensors=[new_raw_orders_sensor(SETTINGS.new_orders_minutes)],
    resources={
        "variables": run_variables(SETTINGS.variables)(),
        "warehouse": DuckDBWarehouse(SETTINGS.duckdb_path),
    },
)
