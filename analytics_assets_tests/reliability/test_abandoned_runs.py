"""A run whose process was killed is marked as failed, or the queue would wait for it for ever."""

import logging
import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._daemon.monitoring.run_monitoring import monitor_started_run

from analytics_assets.defs.automation.run_launcher import WatchedRunLauncher
from analytics_assets.settings import PROJECT_ROOT

RUN = textwrap.dedent(
    """
    import sys, time
    import dagster as dg

    @dg.op
    def never_ends():
        print("started", file=sys.__stdout__, flush=True)
        time.sleep(600)

    @dg.job
    def nightly():
        never_ends()

    with dg.DagsterInstance.get() as instance:
        nightly.execute_in_process(instance=instance)
    """
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "dagster.yaml").write_text((PROJECT_ROOT / "dagster.yaml").read_text())
    return tmp_path


@pytest.fixture
def instance(home: Path) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.from_config(str(home)) as instance:
        yield instance


def monitored(instance: dg.DagsterInstance) -> dg.RunRecord:
    """Return the only run after run monitoring has looked at it."""
    [record] = instance.get_run_records()
    if record.dagster_run.status == dg.DagsterRunStatus.STARTED:
        monitor_started_run(instance, None, record, logging.getLogger())
    [record] = instance.get_run_records()
    return record


def test_our_dagster_yaml_switches_monitoring_on(instance: dg.DagsterInstance):
    assert isinstance(instance.run_launcher, WatchedRunLauncher)
    assert instance.run_monitoring_enabled
    assert instance.run_monitoring_max_resume_run_attempts == 0


@pytest.fixture
def killed(home: Path, instance: dg.DagsterInstance) -> int:
    """Start a run in a shell of its own, see it left alone, kill it; return its PID."""
    with subprocess.Popen(
        [sys.executable, "-c", RUN],
        env={**os.environ, "DAGSTER_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as shell:
        assert shell.stdout is not None
        assert shell.stdout.readline() == "started\n"
        assert monitored(instance).dagster_run.status == dg.DagsterRunStatus.STARTED
        shell.kill()
    return shell.pid


@pytest.mark.slow
def test_a_run_is_failed_once_its_process_is_gone(killed: int, instance: dg.DagsterInstance):
    record = monitored(instance)

    assert record.dagster_run.status == dg.DagsterRunStatus.FAILURE
    [failure] = [
        event.message
        for event in instance.all_logs(record.dagster_run.run_id)
        if event.dagster_event_type == dg.DagsterEventType.RUN_FAILURE
    ]
    assert f"its process, PID {killed}, is gone" in failure


@pytest.mark.slow
@pytest.mark.usefixtures("killed")
def test_dagsters_own_launcher_leaves_it_started(home: Path):
    """Once it does not, ours can go."""
    ours = """run_launcher:
  module: analytics_assets.defs.automation.run_launcher
  class: WatchedRunLauncher
"""
    configured = (home / "dagster.yaml").read_text()
    assert ours in configured
    (home / "dagster.yaml").write_text(configured.replace(ours, ""))
    with dg.DagsterInstance.from_config(str(home)) as stock:
        assert monitored(stock).dagster_run.status == dg.DagsterRunStatus.STARTED
