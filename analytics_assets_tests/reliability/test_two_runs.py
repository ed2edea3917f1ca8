"""Runs of the UI and of a shell at once: one after the other, none mixed."""

import itertools
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster_dev import BIN, dagster_dev, until

from analytics_assets.settings import PROJECT_ROOT

pytestmark = pytest.mark.slow

ENDED = {dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED}


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    yaml = (PROJECT_ROOT / "dagster.yaml").read_text()
    (tmp_path / "dagster.yaml").write_text(
        yaml.replace("poll_interval_seconds: 30", "poll_interval_seconds: 2")
    )
    return {
        "PATH": f"{BIN}:/usr/bin:/bin",
        "HOME": str(tmp_path),
        "DAGSTER_HOME": str(tmp_path),
        "ANALYTICS_DUCKDB_PATH": str(tmp_path / "automated_intelligence.duckdb"),
        "ANALYTICS_DEMO_SCALE": "0.02",
        "PYTHONPATH": str(PROJECT_ROOT),
        "PYTHONWARNINGS": "ignore",
    }


@pytest.fixture
def instance(environment: dict[str, str]) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.from_config(environment["DAGSTER_HOME"]) as instance:
        yield instance


def demo(environment: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "analytics_assets.command.demo"],
        cwd=PROJECT_ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def statuses(instance: dg.DagsterInstance) -> list[dg.DagsterRunStatus]:
    return [run.status for run in instance.get_runs()]


def busy_times(instance: dg.DagsterInstance) -> list[tuple[float, float]]:
    """Return from when to when each run had steps at work, in order."""
    times = []
    for run in instance.get_runs():
        steps = [
            event.timestamp
            for event in instance.all_logs(run.run_id)
            if event.dagster_event and event.dagster_event.is_step_event
        ]
        times.append((min(steps), max(steps)))
    return sorted(times)


def overlap(times: list[tuple[float, float]]) -> bool:
    return any(end > start for (_, end), (start, _) in itertools.pairwise(times))


def test_two_runs_of_the_ui_and_two_of_a_shell_take_turns(
    environment: dict[str, str], instance: dg.DagsterInstance, tmp_path: Path
):
    with dagster_dev(environment, tmp_path / "dev.log") as ui:
        for _ in range(2):
            ui.launch("daily_refresh")
        shells = [demo(environment), demo(environment)]
        said = [shell.communicate()[0] for shell in shells]
        until(lambda: len(statuses(instance)) == 4 and set(statuses(instance)) <= ENDED)

    assert [shell.returncode for shell in shells] == [0, 0], said
    assert statuses(instance) == [dg.DagsterRunStatus.SUCCESS] * 4
    assert not overlap(busy_times(instance))
    # Whoever was not first says for whom it waits.
    assert any("waiting: " in text and "of daily_refresh (PID " in text for text in said)


def test_a_run_killed_with_its_ui_does_not_block_the_queue(
    environment: dict[str, str], instance: dg.DagsterInstance, tmp_path: Path
):
    with dagster_dev(environment, tmp_path / "dev.log") as ui:
        killed = ui.launch("daily_refresh")
        until(lambda: statuses(instance) == [dg.DagsterRunStatus.STARTED])
        ui.kill()
    os.rename(tmp_path / "dev.log", tmp_path / "killed.log")
    assert statuses(instance) == [dg.DagsterRunStatus.STARTED]

    with dagster_dev(environment, tmp_path / "dev.log") as ui:
        next_run = ui.launch("daily_refresh")
        until(lambda: set(statuses(instance)) <= ENDED)

    assert instance.get_run_by_id(killed).status == dg.DagsterRunStatus.FAILURE
    assert instance.get_run_by_id(next_run).status == dg.DagsterRunStatus.SUCCESS
