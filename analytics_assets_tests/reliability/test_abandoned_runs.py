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
from dagster._core.storage.dagster_run import RunRecord
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


def monitored(instance: dg.DagsterInstance) -> RunRecord:
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


@pytest.mark.slow
def test_a_run_is_left_alone_while_it_lives_and_failed_once_its_process_is_gone(
    home: Path, instance: dg.DagsterInstance
):
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

    record = monitored(instance)

    assert record.dagster_run.status == dg.DagsterRunStatus.FAILURE
    [failure] = [
        event.message
        for event in instance.all_logs(record.dagster_run.run_id)
        if event.dagster_event_type == dg.DagsterEventType.RUN_FAILURE
    ]
    assert f"its process, PID {shell.pid}, is gone" in failure
