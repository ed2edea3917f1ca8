"""The daily schedule: each night builds the day before, by the business's own calendar."""

import datetime
from zoneinfo import ZoneInfo

import dagster as dg

from analytics_assets.automation.jobs import daily_job, run_config


def daily_schedule(business_timezone: str) -> dg.ScheduleDefinition:
    """Return the schedule that starts the daily job at 2 AM local time.

    The run's as_of_date is the day before the tick's local date. In the night the clocks go
    forward 2 AM does not exist and Dagster ticks at 3; when they go back it ticks once. Each local
    date has one tick either way, and the date is the run key: a day is built once.
    """

    @dg.schedule(
        name="daily_2am",
        job=daily_job,
        cron_schedule="0 2 * * *",
        execution_timezone=business_timezone,
        default_status=dg.DefaultScheduleStatus.STOPPED,
        description="Every night at 2 AM: yesterday is as_of_date. Switch it on when real data "
        "arrives daily; the demonstration shop's calendar ends in 2025.",
    )
    def daily_2am(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        tick = context.scheduled_execution_time.astimezone(ZoneInfo(business_timezone))
        as_of_date = tick.date() - datetime.timedelta(days=1)
        return dg.RunRequest(
            run_key=as_of_date.isoformat(),
            run_config=run_config(as_of_date),
            tags={"as_of_date": as_of_date.isoformat()},
        )

    return daily_2am
