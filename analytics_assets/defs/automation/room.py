"""Jobs, schedule and alerts, as the settings want them."""

import dagster as dg

from analytics_assets.defs.automation.alerts import alert_sensors
from analytics_assets.defs.automation.jobs import daily_job, data_quality_job, marts_job
from analytics_assets.defs.automation.schedule import daily_schedule
from analytics_assets.settings import Settings


def for_settings(settings: Settings) -> dg.Definitions:
    """Return the jobs, the daily schedule and the alerts for these settings."""
    return dg.Definitions(
        jobs=[daily_job, marts_job, data_quality_job],
        schedules=[daily_schedule(settings.variables.business_timezone, nightly=settings.nightly)],
        sensors=alert_sensors(settings.alert_urls, settings.dagster_url),
    )
