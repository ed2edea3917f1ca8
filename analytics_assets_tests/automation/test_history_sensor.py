"""After a good run the history of its day is asked for, once, and of no other run's day."""

import datetime
from collections.abc import Iterator
from dataclasses import replace

import dagster as dg
import pytest
from dagster._core.test_utils import freeze_time

from analytics_assets.command.demo import fill_history
from analytics_assets.definitions import build_definitions
from analytics_assets.defs.automation.history import history_sensor
from analytics_assets.lib.dbt.by_day import day_partitions
from analytics_assets.settings import load_settings

TODAY = datetime.datetime(2026, 1, 1, 12, tzinfo=datetime.UTC)
START = datetime.date(2025, 12, 1)


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


def run_at(
    instance: dg.DagsterInstance, day: str | None, job: str = "daily_refresh"
) -> dg.ExecuteInProcessResult:
    """Run a job that builds the clock at a day; None for one that does not build it."""

    @dg.asset(name="stg_clock" if day else "another")
    def clock() -> dg.MaterializeResult[None]:
        return dg.MaterializeResult(metadata={"as_of_date": day or ""})

    chosen = dg.define_asset_job(job, selection=[clock])
    definitions = dg.Definitions(assets=[clock], jobs=[chosen])
    return definitions.resolve_job_def(job).execute_in_process(instance=instance)


def asked_after(instance: dg.DagsterInstance, run: dg.ExecuteInProcessResult, start=START):
    [success] = [event for event in run.all_events if event.event_type_value == "PIPELINE_SUCCESS"]
    context = dg.build_run_status_sensor_context(
        sensor_name="history_after_run",
        dagster_instance=instance,
        dagster_run=run.dagster_run,
        dagster_event=success,
    )
    with freeze_time(TODAY):
        return history_sensor(day_partitions(start, "America/Los_Angeles"))(context)


def test_the_day_of_the_run_and_the_13_before_are_asked_for_once(instance: dg.DagsterInstance):
    run = run_at(instance, "2025-12-31")

    asked = asked_after(instance, run)

    assert isinstance(asked, dg.RunRequest)
    assert asked.run_key == run.run_id
    assert asked.tags == {
        "dagster/asset_partition_range_start": "2025-12-18",
        "dagster/asset_partition_range_end": "2025-12-31",
        "as_of_date": "2025-12-31",
    }


def test_no_day_before_the_start_is_asked_for(instance: dg.DagsterInstance):
    asked = asked_after(instance, run_at(instance, "2025-12-05"))

    assert asked.tags["dagster/asset_partition_range_start"] == "2025-12-01"
    assert asked.tags["dagster/asset_partition_range_end"] == "2025-12-05"


def test_today_can_be_filled_and_tomorrow_cannot(instance: dg.DagsterInstance):
    today = asked_after(instance, run_at(instance, "2026-01-01"))
    tomorrow = asked_after(instance, run_at(instance, "2026-01-02"))

    assert today.tags["dagster/asset_partition_range_end"] == "2026-01-01"
    assert isinstance(tomorrow, dg.SkipReason)
    assert "to today (got 2026-01-02)" in str(tomorrow.skip_message)


def test_a_run_that_another_has_built_over_or_that_built_no_clock_asks_for_nothing(
    instance: dg.DagsterInstance,
):
    first = run_at(instance, "2025-12-30")
    part = run_at(instance, None)
    second = run_at(instance, "2025-12-31", "rebuild_from_raw")

    assert isinstance(asked_after(instance, first), dg.SkipReason)
    assert isinstance(asked_after(instance, part), dg.SkipReason)
    assert isinstance(asked_after(instance, second), dg.RunRequest)


def test_the_sensor_listens_to_the_jobs_that_build_everything_and_is_on():
    definitions = build_definitions(load_settings({}))
    sensor = definitions.resolve_sensor_def("history_after_run")

    assert sensor.default_status is dg.DefaultSensorStatus.RUNNING
    assert sensor.job_name == "fill_history"


def test_the_demonstration_says_so_where_its_day_cannot_be_filled(instance: dg.DagsterInstance):
    settings = replace(load_settings({}), history_start=datetime.date(2026, 1, 1))
    run = run_at(instance, "2025-12-31")

    said = fill_history(build_definitions(settings), settings, instance, run.run_id)

    assert "The tables are good" in said
    assert "ANALYTICS_HISTORY_START" in said
