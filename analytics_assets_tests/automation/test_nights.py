"""Nights without a daemon, nights when the clocks change, cursors lost: no day twice or unseen."""

import datetime
import uuid
from pathlib import Path
from zoneinfo import ZoneInfo

import daemon
import pytest
from dagster._core.scheduler.instigation import TickStatus

from analytics_assets.defs.automation.schedule import DAYS_MISSED
from analytics_assets.lib.warehouse.duckdb import DuckDBWarehouse

# What Dagster's own daemon asks of itself the old way.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:Property `ScheduleDefinition:DeprecationWarning"),
]

ONE_DAY = datetime.timedelta(days=1)
ONE_HOUR = datetime.timedelta(hours=1)


def at(text: str, zone: str = "America/Los_Angeles") -> datetime.datetime:
    return (
        datetime.datetime.fromisoformat(text)
        .replace(tzinfo=ZoneInfo(zone))
        .astimezone(datetime.UTC)
    )


def now_and_then(first: datetime.datetime, last: datetime.datetime) -> list[datetime.datetime]:
    """Return when the daemon looks: every fifth hour, so each day at another time."""
    count = int((last - first) / (5 * ONE_HOUR))
    return [first + number * 5 * ONE_HOUR for number in range(count + 1)]


def dates(first: str, last: str) -> list[str]:
    begin, end = map(datetime.date.fromisoformat, (first, last))
    return [(begin + number * ONE_DAY).isoformat() for number in range((end - begin).days + 1)]


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DuckDBWarehouse:
    path = tmp_path / "automated_intelligence.duckdb"
    monkeypatch.setenv("ANALYTICS_DUCKDB_PATH", str(path))
    return DuckDBWarehouse(path)


@pytest.fixture
def nights(shop: DuckDBWarehouse, tmp_path: Path):
    home = tmp_path / "home"
    home.mkdir()
    with daemon.running(home) as running:
        yield running


def test_a_daemon_that_always_runs_asks_for_each_day_once(nights: daemon.Daemon):
    nights.switch_on(at("2026-06-09 12:00"))
    for now in now_and_then(at("2026-06-09 12:00"), at("2026-06-13 12:00")):
        nights.look_at_schedules(now)

    assert nights.days() == dates("2026-06-09", "2026-06-12")
    assert not any(DAYS_MISSED in run.tags for run in nights.instance.get_runs())


def test_a_restart_before_at_and_after_the_tick_asks_for_the_day_once(nights: daemon.Daemon):
    nights.switch_on(at("2026-06-09 12:00"))
    running = nights
    for now in ["06-10 01:59", "06-10 02:00", "06-10 02:00", "06-10 02:01", "06-10 09:00"]:
        running = running.restart()
        running.look_at_schedules(at(f"2026-{now}"))

    assert nights.days() == ["2026-06-09"]


def test_a_daemon_that_dies_in_the_middle_of_a_tick_does_not_ask_twice(nights: daemon.Daemon):
    nights.switch_on(at("2026-06-09 12:00"))
    nights.look_at_schedules(at("2026-06-10 02:00"))
    tick = nights.last_tick()
    nights.instance.update_tick(tick.with_status(TickStatus.STARTED))

    nights.restart().look_at_schedules(at("2026-06-10 02:05"))

    assert nights.last_tick().tick_id == tick.tick_id
    assert nights.last_tick().status == TickStatus.SUCCESS
    assert nights.days() == ["2026-06-09"]


def test_a_tick_that_is_hours_late_builds_the_day_it_was_for(nights: daemon.Daemon):
    nights.switch_on(at("2026-06-09 12:00"))

    nights.look_at_schedules(at("2026-06-10 23:30"))

    assert nights.days() == ["2026-06-09"]


@pytest.mark.parametrize(
    ("back", "missed"),
    [
        pytest.param("06-12", "2026-06-10 to 2026-06-10", marks=pytest.mark.slow),
        ("06-13", "2026-06-10 to 2026-06-11"),
        pytest.param("07-30", "2026-06-10 to 2026-07-28", marks=pytest.mark.slow),
    ],
    ids=["one night", "two nights", "weeks"],
)
def test_the_days_of_nights_without_a_daemon_are_named_by_the_next_run(
    nights: daemon.Daemon, back: str, missed: str
):
    nights.switch_on(at("2026-06-09 12:00"))
    nights.look_at_schedules(at("2026-06-10 02:00"))
    restarted = nights.restart()
    for now in now_and_then(at(f"2026-{back} 09:00"), at(f"2026-{back} 09:00") + 3 * ONE_DAY):
        restarted.look_at_schedules(now)

    newest, *_, after, first = nights.instance.get_runs()
    gap = dates(*missed.split(" to "))
    assert first.tags["as_of_date"] == "2026-06-09"
    assert after.tags[DAYS_MISSED] == missed
    assert [run for run in nights.instance.get_runs() if DAYS_MISSED in run.tags] == [after]
    # What was built and what is named make up the calendar, each day once.
    assert sorted(nights.days() + gap) == dates("2026-06-09", newest.tags["as_of_date"])


def test_an_old_night_that_is_executed_again_makes_no_later_day_a_missed_one(
    nights: daemon.Daemon,
):
    nights.switch_on(at("2026-06-09 12:00"))
    for day in ("10", "11", "12"):
        nights.look_at_schedules(at(f"2026-06-{day} 02:00"))
    old = nights.instance.get_runs()[-1]
    # As the UI does it: a new run with its parent's tags.
    for tags in (old.tags, {**old.tags, "as_of_date": "the day before"}):
        nights.instance.add_run(old._replace(run_id=str(uuid.uuid4()), tags=tags))

    nights.look_at_schedules(at("2026-06-13 02:00"))
    nights.look_at_schedules(at("2026-06-15 02:00"))

    tags = [run.tags for run in nights.instance.get_runs()]
    assert [tag["as_of_date"] for tag in tags[:2]] == ["2026-06-14", "2026-06-12"]
    assert DAYS_MISSED not in tags[1]
    assert tags[0][DAYS_MISSED] == "2026-06-13 to 2026-06-13"


@pytest.mark.parametrize(
    ("zone", "night"),
    [
        ("America/Los_Angeles", "2026-03-08"),  # 2 AM does not exist
        ("Europe/Berlin", "2026-10-25"),  # 2 AM is there twice
        *[
            pytest.param(zone, night, marks=pytest.mark.slow)
            for zone, night in [
                ("America/Los_Angeles", "2026-11-01"),
                ("Europe/Berlin", "2026-03-29"),
                ("Australia/Lord_Howe", "2026-04-05"),  # the clocks change by half an hour
                ("Australia/Lord_Howe", "2026-10-04"),
                ("Asia/Kathmandu", "2026-06-10"),
                ("Pacific/Kiritimati", "2026-01-01"),
            ]
        ],
    ],
)
def test_each_day_is_asked_for_once_over_a_night_in_which_the_clocks_change(
    shop: DuckDBWarehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, zone: str, night: str
):
    monkeypatch.setenv("ANALYTICS_VARS", f"{{business_timezone: {zone}}}")
    home = tmp_path / "home"
    home.mkdir()
    first = at(f"{night} 12:00", zone) - 2 * ONE_DAY
    with daemon.running(home) as nights:
        nights.switch_on(first)
        for now in now_and_then(first, first + 4 * ONE_DAY):
            # A restart each time: what one daemon remembers must not matter.
            nights.restart().look_at_schedules(now)

        begin = datetime.date.fromisoformat(night) - 2 * ONE_DAY
        assert nights.days() == dates(str(begin), str(begin + 3 * ONE_DAY))
