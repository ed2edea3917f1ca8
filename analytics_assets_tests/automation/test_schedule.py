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


def tick(at: datetime.datetime, instance: dg.DagsterInstance) -> dg.RunRequest:
    with dg.build_schedule_context(instance, scheduled_execution_time=at) as context:
        (request,) = daily_schedule("America/Los_Angeles").evaluate_tick(context).run_requests or []
        return request


def ticks_between(start: datetime.datetime, end: datetime.datetime) -> list[datetime.datetime]:
    schedule = daily_schedule("America/Los_Angeles")
    from dagster._utils.schedules import schedule_execution_time_iterator

    found = []
    for at in schedule_execution_time_iterator(
        start.timestamp(), str(schedule.cron_schedule), str(schedule.execution_timezone), True
    ):
        if at >= end:
            return found
        found.append(at)
    return found


def test_the_day_before_the_tick_is_as_of_date(instance: dg.DagsterInstance):
    request = tick(datetime.datetime(2026, 6, 10, 2, tzinfo=LOS_ANGELES), instance)

    assert request.run_config == {"as_of_date": "2026-06-09"}
    assert request.run_key == "2026-06-09"


@pytest.mark.parametrize(
    ("night", "local_hour"),
    [(datetime.date(2026, 3, 8), 3), (datetime.date(2026, 11, 1), 2)],
    ids=["clocks go forward", "clocks go back"],
)
def test_each_date_has_one_tick_when_the_clocks_change(
    instance: dg.DagsterInstance, night: datetime.date, local_hour: int
):
    start = datetime.datetime.combine(night, datetime.time(0), LOS_ANGELES) - datetime.timedelta(2)
    ticks = ticks_between(start, start + datetime.timedelta(days=5))
    local = [at.astimezone(LOS_ANGELES) for at in ticks]

    assert [at.date() for at in local] == [
        start.date() + datetime.timedelta(days=n) for n in range(5)
    ]
    assert next(at.hour for at in local if at.date() == night) == local_hour
    assert [tick(at, instance).run_key for at in ticks] == [
        (at.date() - datetime.timedelta(days=1)).isoformat() for at in local
    ]


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
