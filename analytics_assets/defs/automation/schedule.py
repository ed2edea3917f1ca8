"""The daily schedule: each night builds the day before, by the business's own calendar."""

import datetime
from contextlib import suppress
from zoneinfo import ZoneInfo

import dagster as dg

from analytics_assets.defs.automation.jobs import AS_OF_DATE, daily_job, run_config

DAYS_MISSED = "days_missed"
_NAME = "daily_2am"
_ONE_DAY = datetime.timedelta(days=1)


def daily_schedule(business_timezone: str, *, nightly: bool = False) -> dg.ScheduleDefinition:
    """Return the schedule that starts the daily job at 2 AM local time.

    The run's as_of_date is the day before the tick's local date. In the night the clocks go
    forward 2 AM does not exist and Dagster ticks at 3; when they go back it ticks once. Each local
    date has one tick either way, and the date is the run key: a day is built once.

    Of ticks that passed while no daemon ran Dagster makes up for the last one only. Its run says
    in the tag ``days_missed`` which days were never started.

    Args:
        business_timezone: the shop's own.
        nightly: whether the schedule is on at the first start; later the UI's switch decides.
    """

    @dg.schedule(
        name=_NAME,
        job=daily_job,
        cron_schedule="0 2 * * *",
        execution_timezone=business_timezone,
        default_status=(
            dg.DefaultScheduleStatus.RUNNING if nightly else dg.DefaultScheduleStatus.STOPPED
        ),
        description="Every night at 2 AM, with yesterday as as_of_date. Switch it on when data "
        "arrives daily; the demonstration shop's calendar ends in 2025.",
    )
    def daily_2am(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        tick = context.scheduled_execution_time.astimezone(ZoneInfo(business_timezone))
        as_of_date = tick.date() - _ONE_DAY
        tags = {AS_OF_DATE: as_of_date.isoformat()}
        if missed := _days_missed(context.instance, as_of_date):
            tags[DAYS_MISSED] = missed
            context.log.warning(
                f"no run was started for these days, since no daemon ran: {missed}. "
                "docs/operations.md says how to build them"
            )
        return dg.RunRequest(
            run_key=as_of_date.isoformat(), run_config=run_config(as_of_date), tags=tags
        )

    return daily_2am


def _days_missed(instance: dg.DagsterInstance, as_of_date: datetime.date) -> str:
    """Return the first and last day between the last day started and this one, or "".

    The last day, not the last run: a night that was executed again is an old day in a new run.
    """
    ours = {"dagster/schedule_name": _NAME}
    before = as_of_date - _ONE_DAY
    yesterdays = dg.RunsFilter(tags={**ours, AS_OF_DATE: before.isoformat()})
    if instance.get_runs(yesterdays, limit=1):
        return ""
    days = []
    for run in instance.get_runs(dg.RunsFilter(tags=ours)):
        with suppress(ValueError):  # a tag that somebody edited
            days.append(datetime.date.fromisoformat(run.tags.get(AS_OF_DATE, "")))
    first = max((day for day in days if day < as_of_date), default=before) + _ONE_DAY
    return f"{first} to {before}" if first <= before else ""
