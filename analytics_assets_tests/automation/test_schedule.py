import datetime
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import dagster as dg
import pytest

from analytics_assets.defs.automation.schedule import DAYS_MISSED, daily_schedule

LOS_ANGELES = ZoneInfo("America/Los_Angeles")


@pytest.fixture(scope="module")
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.instance_for_test() as instance:
        yield instance


def tick(
    at: datetime.datetime, instance: dg.DagsterInstance, zone: str = "America/Los_Angeles"
) -> dg.RunRequest:
    with dg.build_schedule_context(instance, scheduled_execution_time=at) as context:
        (request,) = daily_schedule(zone).evaluate_tick(context).run_requests or []
        return request


@pytest.mark.parametrize(
    ("at", "zone", "day"),
    [
        ("2026-06-10T02:00-07:00", "America/Los_Angeles", "2026-06-09"),
        # In the night the clocks go forward there is no 2 AM, so Dagster ticks at 3; then back.
        ("2026-03-08T03:00-07:00", "America/Los_Angeles", "2026-03-07"),
        ("2026-11-01T02:00-08:00", "America/Los_Angeles", "2026-10-31"),
        # 2 AM of the eleventh there.
        ("2026-06-10T17:00+00:00", "Asia/Tokyo", "2026-06-10"),
    ],
)
def test_the_day_before_the_local_tick_is_as_of_date_and_run_key(
    instance: dg.DagsterInstance, at: str, zone: str, day: str
):
    request = tick(datetime.datetime.fromisoformat(at), instance, zone)

    assert request.run_config == {"as_of_date": day}
    assert request.run_key == day


def test_it_ticks_at_two_by_the_clock_of_the_shop():
    schedule = daily_schedule("America/Los_Angeles")

    assert schedule.cron_schedule == "0 2 * * *"
    assert schedule.execution_timezone == "America/Los_Angeles"


def started(instance: dg.DagsterInstance, as_of_date: str) -> None:
    """Keep a run as the schedule starts it."""
    tags = {"dagster/schedule_name": "daily_2am", "as_of_date": as_of_date}
    instance.create_run_for_job(nothing, tags=tags)


@dg.job
def nothing() -> None: ...


def test_nights_without_a_daemon_are_named_by_the_next_run():
    with dg.instance_for_test() as instance:

        def missed(day: int) -> str | None:
            at = datetime.datetime(2026, 6, day, 2, tzinfo=LOS_ANGELES)
            return tick(at, instance).tags.get(DAYS_MISSED)

        assert missed(10) is None  # the first night of all
        started(instance, "2026-06-09")
        assert missed(11) is None
        assert missed(12) == "2026-06-10 to 2026-06-10"
        assert missed(30) == "2026-06-10 to 2026-06-28"
        started(instance, "2026-06-11")
        # As the UI does it: an old night executed again is a new run with its parent's tags.
        started(instance, "2026-06-09")
        started(instance, "the day before")
        assert missed(13) is None
        assert missed(15) == "2026-06-12 to 2026-06-13"


@pytest.mark.parametrize("nightly", [False, True])
def test_the_schedule_is_on_from_the_start_only_where_the_nightly_run_is_promised(nightly: bool):
    schedule = daily_schedule("America/Los_Angeles", nightly=nightly)

    assert (schedule.default_status == dg.DefaultScheduleStatus.RUNNING) == nightly
