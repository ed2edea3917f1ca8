"""The history after each good run: the days of shop_history that the run has news of."""

import datetime
from collections.abc import Mapping

import dagster as dg

from analytics_assets.defs.automation.jobs import AS_OF_DATE, daily_job, history_job, marts_job

_CLOCK = dg.AssetKey("stg_clock")
# What was open when these days were filled has mostly been shipped since, or cancelled.
_REFRESHED = datetime.timedelta(days=13)


def history_sensor(partitions: dg.DailyPartitionsDefinition) -> dg.SensorDefinition:
    """Return the sensor, which is on, that fills the day of each good run and 13 before it anew."""

    @dg.run_status_sensor(
        name="history_after_run",
        run_status=dg.DagsterRunStatus.SUCCESS,
        monitored_jobs=[daily_job, marts_job],
        request_job=history_job,
        minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="After each good run of daily_refresh or rebuild_from_raw fills shop_history "
        "for its as_of_date and the 13 days before.",
    )
    def fill(context: dg.RunStatusSensorContext) -> dg.RunRequest | dg.SkipReason:
        run = context.dagster_run
        day = built_day(context.instance, run.run_id)
        if day is None:
            return dg.SkipReason(f"run {run.run_id} did not build stg_clock last: nothing to fill")
        tags = days_to_fill(partitions, day, _REFRESHED)
        if not tags:
            return dg.SkipReason(why_not(partitions, day))
        return dg.RunRequest(run_key=run.run_id, tags=tags)

    return fill


def built_day(instance: dg.DagsterInstance, run_id: str) -> datetime.date | None:
    """Return the as_of_date that a run built; None where another run has built since, or it none.

    The tables stand at the day of the last run alone, so nothing else can be filled from them.
    """
    event = instance.get_latest_materialization_event(_CLOCK)
    if event is None or event.asset_materialization is None or event.run_id != run_id:
        return None
    day = event.asset_materialization.metadata.get(AS_OF_DATE)
    return datetime.date.fromisoformat(str(day.value)) if day else None


def days_to_fill(
    partitions: dg.DailyPartitionsDefinition,
    day: datetime.date,
    before: datetime.timedelta = datetime.timedelta(0),
) -> Mapping[str, str]:
    """Return the tags of a run of ``fill_history`` for a day and so many before it.

    None where the day has no partition.
    """
    if not partitions.has_partition_key(day.isoformat()):
        return {}
    first = max(day - before, partitions.start.date())
    return {
        "dagster/asset_partition_range_start": first.isoformat(),
        "dagster/asset_partition_range_end": day.isoformat(),
        AS_OF_DATE: day.isoformat(),
    }


def why_not(partitions: dg.DailyPartitionsDefinition, day: datetime.date) -> str:
    """Return why a day has no partition, and what to do."""
    return (
        f"Days of shop_history must be from {partitions.start.date()} to today (got {day}). Next: "
        "set ANALYTICS_HISTORY_START to the day of the first order, or leave it unfilled"
    )
