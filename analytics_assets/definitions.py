"""The code location: what the rooms hold, put together from the settings.

A room is a package under ``defs``. Whatever its modules define is found by its type or name:
Dagster's own assets, checks, schedules and sensors; each `Contract`; ``PAGES``; and a function
``for_settings`` for what depends on the settings. Nothing here names a table, nor a room but for
the automation's policies of freshness, which are of all assets.
"""

import functools
import importlib
import pkgutil
from collections.abc import Iterator, Sequence
from types import ModuleType

import dagster as dg

from analytics_assets import defs as rooms
from analytics_assets.command.progress import progress_logger
from analytics_assets.defs.automation.freshness import with_freshness
from analytics_assets.lib.charts.page import Page
from analytics_assets.lib.checks.asset_checks import asset_checks
from analytics_assets.lib.checks.contract import Contract
from analytics_assets.lib.dbt.steps import dbt_steps
from analytics_assets.lib.tables import manifest
from analytics_assets.resources import resources
from analytics_assets.settings import Settings, load_settings


def room_modules() -> Iterator[ModuleType]:
    """Yield every module of every room, imported."""
    for found in pkgutil.walk_packages(rooms.__path__, f"{rooms.__name__}."):
        yield importlib.import_module(found.name)


def contracts() -> list[Contract]:
    """Return the contract of every table, in the order of the rooms."""
    values = (value for module in room_modules() for value in vars(module).values())
    return list({value.table: value for value in values if isinstance(value, Contract)}.values())


def build_definitions(settings: Settings) -> dg.Definitions:
    """Return everything Dagster shows and runs, for these settings.

    Raises:
        AnalyticsError: a setting or the dbt project is not as it must be; nothing has been touched.
    """
    modules = list(room_modules())
    for_settings = [m.for_settings(settings) for m in modules if hasattr(m, "for_settings")]
    assets = [
        *(asset for room in for_settings for asset in room.assets or []),
        *dg.load_assets_from_modules(modules),
        *dbt_steps(manifest(settings), _blocking(), _pages(modules)),
    ]
    in_modules = {id(value): value for m in modules for value in vars(m).values()}.values()
    here = dg.Definitions(
        assets=with_freshness(
            assets, settings.variables.business_timezone, nightly=settings.nightly
        ),
        asset_checks=[
            *(asset_checks(contract) for contract in contracts()),
            *dg.load_asset_checks_from_modules(modules),
            *(check for room in for_settings for check in room.asset_checks or []),
        ],
        schedules=[value for value in in_modules if isinstance(value, dg.ScheduleDefinition)],
        sensors=[value for value in in_modules if isinstance(value, dg.SensorDefinition)],
        resources=resources(settings),
        loggers={"console": dg.colored_console_logger, "progress": progress_logger},
        # A warehouse in this process is best served by one process.
        executor=dg.multiprocess_executor if settings.snowflake else dg.in_process_executor,
    )
    automation = [
        dg.Definitions(jobs=room.jobs, schedules=room.schedules, sensors=room.sensors)
        for room in for_settings
    ]
    return dg.Definitions.merge(here, *automation)


def _blocking() -> set[dg.AssetKey]:
    """Return the assets whose contract has a rule that blocks."""
    return {
        contract.described.asset_key
        for contract in contracts()
        if any(rule.blocking for rule in contract.all_rules)
    }


def _pages(modules: Sequence[ModuleType]) -> dict[str, Page]:
    return {name: page for m in modules for name, page in getattr(m, "PAGES", {}).items()}


@dg.definitions
def defs() -> dg.Definitions:
    """Build the definitions when Dagster asks; importing this module reads no setting."""
    # A command of Dagster asks several times.
    return _built(load_settings())


_built = functools.cache(build_definitions)
