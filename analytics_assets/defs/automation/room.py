"""Jobs, schedules and alerts, as the settings want them."""

import dagster as dg

from analytics_assets.defs.automation.alerts import alert_sensors
from analytics_assets.defs.automation.jobs import (
    daily_job,
    data_quality_job,
    history_job,
    marts_job,
)
from analytics_assets.defs.automation.schedule import daily_schedule
from analytics_assets.defs.automation.sensors import new_raw_orders_sensor
from analytics_assets.defs.automation.weekly_report import report_schedule
from analytics_assets.settings import Settings


def for_settings(settings: Settings) -> dg.Definitions:
    """Return the jobs, the schedules, the sensor and the alerts for these settings."""
    timezone = settings.variables.business_timezone
    schedules = [daily_schedule(timezone, nightly=settings.nightly)]
    if settings.report_day and settings.snowflake is None:
        schedules.append(
            report_schedule(
                settings.report_path, settings.report_day, settings.alert_urls, timezone
            )
        )
    return dg.Definitions(
        jobs=[daily_job, marts_job, history_job(timezone), data_quality_job],
        schedules=schedules,
        sensors=[
            new_raw_orders_sensor(settings.new_orders_minutes),
            *alert_sensors(settings.alert_urls, settings.dagster_url),
        ],
    )
