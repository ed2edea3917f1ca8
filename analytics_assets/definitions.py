"""The code location, as a table of contents: what there is, put together from the settings."""

import dagster as dg

from analytics_assets.command.progress import progress_logger
from analytics_assets.defs.automation.alerts.sensors import alert_sensors
from analytics_assets.defs.automation.freshness import with_freshness
from analytics_assets.defs.automation.jobs import daily_job, data_quality_job, marts_job
from analytics_assets.defs.automation.schedule import daily_schedule
from analytics_assets.defs.automation.sensors import new_raw_orders
from analytics_assets.defs.cohorts.assets import monthly_cohorts
from analytics_assets.defs.contracts import CONTRACTS
from analytics_assets.defs.customers.assets import customer_value_forecast
from analytics_assets.defs.products.affinity_asset import product_affinity
from analytics_assets.defs.products.scorecard_asset import recommendation_scorecard
from analytics_assets.defs.raw.assets import landing
from analytics_assets.defs.raw.external import external_raw_tables
from analytics_assets.lib.checks.generator import asset_checks
from analytics_assets.lib.dbt.layers import dbt_layers
from analytics_assets.lib.dbt.manifest import fresh_manifest
from analytics_assets.resources import resources
from analytics_assets.settings import Settings, load_settings


def build_definitions(settings: Settings) -> dg.Definitions:
    """Return everything Dagster shows and runs, for these settings.

    Raises:
        SettingsError: an alert address is none; nothing has been touched.
    """
    alerts = alert_sensors(settings.alert_urls, settings.dagster_url)
    assets = [
        external_raw_tables() if settings.snowflake else landing(settings),
        *dbt_layers(fresh_manifest(settings)),
        product_affinity,
        monthly_cohorts,
        customer_value_forecast,
        recommendation_scorecard,
    ]
    business_timezone = settings.variables.business_timezone
    return dg.Definitions(
        assets=with_freshness(assets, business_timezone),
        asset_checks=asset_checks(CONTRACTS),
        jobs=[daily_job, marts_job, data_quality_job],
        schedules=[daily_schedule(business_timezone)],
        sensors=[new_raw_orders, *alerts],
        resources=resources(settings),
        loggers={"console": dg.colored_console_logger, "progress": progress_logger},
        executor=dg.in_process_executor,
    )


@dg.definitions
def defs() -> dg.Definitions:
    """Build the definitions when Dagster asks, so that importing this module does nothing."""
    return build_definitions(load_settings())
