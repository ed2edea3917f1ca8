"""What assets receive at run time: the warehouse, dbt, and the variables of this run."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import dagster as dg

from analytics_assets.lib.dbt.runner import DbtRunner
from analytics_assets.lib.warehouse.duckdb import DuckDBWarehouse
from analytics_assets.lib.warehouse.interface import Warehouse
from analytics_assets.lib.warehouse.run_lock import warehouse_of_a_run
from analytics_assets.settings import Settings
from analytics_assets.variables import Variables, resolve_variables

if TYPE_CHECKING:
    from analytics_assets.lib.warehouse.snowflake import SnowflakeWarehouse


def resources(settings: Settings) -> dict[str, Any]:
    """Return every resource, under the name that assets ask for.

    Only ``variables`` has anything to configure in a run: days.
    """
    common = {"dbt": DbtRunner(settings), "variables": run_variables(settings.variables)()}
    if settings.snowflake is None:
        file = DuckDBWarehouse(settings.duckdb_path, memory_limit=settings.duckdb_memory)
        return {**common, "warehouse": run_warehouse(file)()}
    # Imported here, since the connector's second is paid by everybody who imports it.
    from analytics_assets.lib.warehouse.snowflake import SnowflakeWarehouse  # noqa: PLC0415

    account = SnowflakeWarehouse(settings.snowflake, running_step)
    return {**common, "warehouse": account, "snowflake": snowflake_resource(account)()}


def snowflake_resource(warehouse: "SnowflakeWarehouse") -> type[dg.ConfigurableResource[Any]]:
    """Return the resource ``snowflake`` for assets of your own: dagster-snowflake's, tagged.

    It has no configuration, so the UI, which shows that of every resource, shows no secret.
    """

    class Snowflake(dg.ConfigurableResource[Any]):
        """The account of the settings, as dagster-snowflake's SnowflakeResource."""

        def create_resource(self, context: dg.InitResourceContext) -> Any:
            return warehouse.resource()

    return Snowflake


def run_warehouse(
    warehouse: DuckDBWarehouse,
) -> type[dg.ConfigurableResource[Warehouse]]:
    """Return the resource of a DuckDB file: a run that builds tables holds the run lock."""

    class RunWarehouse(dg.ConfigurableResource[Warehouse]):
        """The DuckDB file; one building run at a time."""

        @contextmanager
        def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[Warehouse]:
            with warehouse_of_a_run(warehouse, context) as held:
                yield held

    return RunWarehouse


def run_variables(base: Variables) -> type[dg.ConfigurableResource[Variables]]:
    """Return the resource of the variables, whose ``as_of_date`` a run may set in its config."""

    class RunVariables(dg.ConfigurableResource[Variables]):
        """The variables of the methods.

        ``as_of_date`` is the last day that counts, such as 2025-12-31. Empty: as ANALYTICS_VARS
        says, else the day of the newest order. ``history_day`` is the one day of shop_history to
        fill. Empty: the day of the run, and what has settled since it was filled.
        """

        as_of_date: str | None = None
        history_day: str | None = None

        def create_resource(self, context: dg.InitResourceContext) -> Variables:
            asked = {
                "as_of_date": self.as_of_date,
                "history_from": self.history_day,
                "history_to": self.history_day,
            }
            return resolve_variables(
                base.model_dump(), {name: day for name, day in asked.items() if day is not None}
            )

    return RunVariables


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
