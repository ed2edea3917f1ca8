"""docs/snowflake/airflow_dag.py: the command it runs, and the DAG itself where there is Airflow."""

import datetime
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import jinja2
import pytest

from analytics_assets.defs.automation.schedule import daily_schedule
from analytics_assets.settings import PROJECT_ROOT, load_settings

FILE = PROJECT_ROOT / "docs" / "snowflake" / "airflow_dag.py"


class Recorded:
    """Keeps what the DAG's file says to a class of Airflow's."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self.arguments, self.named = arguments, named
        type(self).last = self

    def __enter__(self) -> "Recorded":
        return self

    def __exit__(self, *_: object) -> None: ...


def recorder(name: str) -> type[Recorded]:
    return type(name, (Recorded,), {})


@pytest.fixture
def dag(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the file says, without Airflow: the arguments of each class it uses."""
    classes = {
        "airflow.sdk": recorder("DAG"),
        "airflow.providers.standard.operators.bash": recorder("BashOperator"),
        "airflow.timetables.interval": recorder("CronDataIntervalTimetable"),
    }
    for module, stand_in in classes.items():
        parts = module.split(".")
        for length in range(1, len(parts) + 1):
            name = ".".join(parts[:length])
            monkeypatch.setitem(sys.modules, name, ModuleType(name))
        setattr(sys.modules[module], stand_in.__name__, stand_in)
    exec(compile(FILE.read_text(), FILE, "exec"), {"__name__": "airflow_dag"})
    return {stand_in.__name__: stand_in.last for stand_in in classes.values()}


def command(dag: dict[str, Any], interval_start: datetime.datetime) -> str:
    """Return the command of one night, as Airflow renders it."""
    template = jinja2.Template(dag["BashOperator"].named["bash_command"])
    macros = dag["DAG"].named["user_defined_macros"]
    return template.render(data_interval_start=interval_start, **macros)


def project_in(folder: Path) -> Path:
    """Return a folder that looks like the project's on a worker."""
    project = folder / "project"
    (project / ".dagster").mkdir(parents=True)
    shutil.copy(PROJECT_ROOT / "dagster.yaml", project / ".dagster")
    (project / ".venv").symlink_to(sys.prefix)
    return project


def small_shop(folder: Path) -> dict[str, str]:
    return {
        **{name: value for name, value in os.environ.items() if "ANALYTICS" not in name},
        "ANALYTICS_DUCKDB_PATH": str(folder / "automated_intelligence.duckdb"),
        "ANALYTICS_DEMO_SCALE": "0.01",
    }


def as_of_date(folder: Path) -> object:
    with duckdb.connect(folder / "automated_intelligence.duckdb") as connection:
        return connection.execute("select as_of_date from staging.stg_clock").fetchall()[0][0]


def test_it_ticks_when_the_schedule_of_dagster_ticks(dag: dict[str, Any]):
    daily = daily_schedule(load_settings({}).variables.business_timezone)
    timetable = dag["CronDataIntervalTimetable"]

    assert timetable.arguments == (daily.cron_schedule,)
    assert timetable.named == {"timezone": daily.execution_timezone}
    assert dag["DAG"].named["max_active_runs"] == 1


@pytest.mark.parametrize(
    ("interval_start", "day"),
    [
        ("2026-01-01T10:00+00:00", "2026-01-01"),
        ("2026-03-08T10:00+00:00", "2026-03-08"),  # the clocks go forward: 3 AM
        ("2026-11-01T10:00+00:00", "2026-11-01"),  # and back
    ],
)
def test_the_local_day_an_interval_starts_on_is_the_last_that_counts(
    dag: dict[str, Any], interval_start: str, day: str
):
    rendered = command(dag, datetime.datetime.fromisoformat(interval_start))

    assert f'as_of_date: "{day}"' in rendered


def test_the_day_is_the_business_day_where_it_is_ahead_of_greenwich(dag: dict[str, Any]):
    dag["DAG"].named["user_defined_macros"]["business_timezone"] = ZoneInfo("Asia/Tokyo")
    start = datetime.datetime(2026, 1, 1, 2, tzinfo=ZoneInfo("Asia/Tokyo"))

    assert 'as_of_date: "2026-01-01"' in command(dag, start.astimezone(datetime.UTC))


@pytest.mark.slow
@pytest.mark.parametrize(("start", "exit_code"), [("2025-12-01T10:00+00:00", 0), ("1990-01-01", 1)])
def test_the_command_builds_that_day_or_fails(
    dag: dict[str, Any], start: str, exit_code: int, tmp_path: Path
):
    day = datetime.datetime.fromisoformat(start)
    project = project_in(tmp_path)

    done = subprocess.run(
        ["bash", "-c", command(dag, day)],
        cwd=project,
        env={**small_shop(tmp_path), "DAGSTER_HOME": str(project / ".dagster")},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )

    assert done.returncode == exit_code, done.stderr[-3000:]
    if exit_code == 0:
        assert as_of_date(tmp_path) == datetime.date(2025, 12, 1)
