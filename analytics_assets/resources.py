"""What assets are handed at run time: the warehouse, dbt, and the variables of this run."""

from collections.abc import Mapping
from typing import Any

import dagster as dg

from analytics_assets.lib.dbt.arguments import environment
from analytics_assets.lib.dbt.command import DbtCommand
from analytics_assets.lib.dbt.manifest import dbt_executable
from analytics_assets.lib.warehouse.duckdb import DuckDBWarehouse
from analytics_assets.lib.warehouse.interface import Warehouse
from analytics_assets.lib.warehouse.run_resource import warehouse_of_a_run
from analytics_assets.settings import DBT_PROJECT_DIR, Settings
from analytics_assets.variables import Variables, resolve_variables


def resources(settings: Settings) -> dict[str, Any]:
    """Return every resource, under the name that assets ask for."""
    return {
        "warehouse": _warehouse(settings),
        "dbt": DbtCommand(
            project_dir=str(DBT_PROJECT_DIR),
            profiles_dir=str(DBT_PROJECT_DIR),
            target=settings.target,
            dbt_executable=dbt_executable(settings.target),
            environment=environment(settings),
        ),
        "variables": run_variables(settings.variables),
    }


def _warehouse(settings: Settings) -> Warehouse | dg.ResourceDefinition:
    if settings.snowflake is None:
        return warehouse_of_a_run(DuckDBWarehouse(settings.duckdb_path))
    # Imported here, since the connector's second is paid by everybody who imports it.
    from analytics_assets.lib.warehouse.snowflake import SnowflakeWarehouse  # noqa: PLC0415

    return SnowflakeWarehouse(settings.snowflake, running_step)


def running_step() -> Mapping[str, str]:
    """Return the run, asset and check that this code runs for; the project alone outside a step."""
    try:
        context = dg.OpExecutionContext.get()
    except dg.DagsterInvariantViolationError:
        return {"project": "analytics_assets"}
    checks = context.selected_asset_check_keys
    assets = context.selected_asset_keys or {check.asset_key for check in checks}
    tag = {
        "project": "analytics_assets",
        "run": context.run_id,
        "asset": ", ".join(sorted(key.to_user_string() for key in assets)),
    }
    return tag if context.selected_asset_keys else {**tag, "check": context.op.name}


def run_variables(base: Variables) -> dg.ResourceDefinition:
    """Return the variables as a resource whose ``as_of_date`` a run may set in its config."""

    @dg.resource(
        config_schema={
            "as_of_date": dg.Field(
                dg.Noneable(str),
                is_required=False,
                description="The last day that counts, such as 2025-12-31. Empty: as ANALYTICS_VARS"
                " says, else the day of the newest order.",
            )
        }
    )
    def variables(context: dg.InitResourceContext) -> Variables:
        as_of_date = context.resource_config.get("as_of_date")
        overrides = {} if as_of_date is None else {"as_of_date": as_of_date}
        return resolve_variables(base.model_dump(), overrides)

    return variables
