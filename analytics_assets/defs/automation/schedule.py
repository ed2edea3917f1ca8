"""The daily schedule: each night builds the day before, by the business's own calendar."""

import datetime
from zoneinfo import ZoneInfo

import dagster as dg

from analytics_assets.defs.automation.jobs import daily_job, run_config

AS_OF_DATE = "as_of_date"
DAYS_MISSED = "days_missed"
_NAME = "daily_2am"


def daily_schedule(business_timezone: str) -> dg.ScheduleDefinition:
    """Return the schedule that starts the daily job at 2 AM local time.

    The run's as_of_date is the day before the tick's local date. In the night the clocks go
    forward 2 AM does not exist and Dagster ticks at 3; when they go back it ticks once. Each local
    date has one tick either way, and the date is the run key: a day is built once.

    Of ticks that passed while no daemon ran Dagster makes up for the last one only. Its run says
    in the tag ``days_missed`` which days were never asked for.
    """

    @dg.schedule(
        name=_NAME,
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
        tags = {AS_OF_DATE: as_of_date.isoformat()}
        if missed := _days_missed(context.instance, as_of_date):
            tags[DAYS_MISSED] = missed
            context.log.warning(
                f"no run was asked for these days, since no daemon ran: {missed}. "
                "docs/reliability.md says how to build them"
            )
        return dg.RunRequest(
            run_key=as_of_date.isoformat(), run_config=run_config(as_of_date), tags=tags
        )

    return daily_2am


def _days_missed(instance: dg.DagsterInstance, as_of_date: datetime.date) -> str:
    """Return the first and last day after the schedule's last run and before this one, or ""."""
    runs = instance.get_runs(dg.RunsFilter(tags={"dagster/schedule_name": _NAME}), limit=1)
    if not runs:
        return ""
    one_day = datetime.timedelta(days=1)
    first = datetime.date.fromisoformat(runs[0].tags[AS_OF_DATE]) + one_day
    last = as_of_date - one_day
    return f"{first} to {last}" if first <= last else ""
