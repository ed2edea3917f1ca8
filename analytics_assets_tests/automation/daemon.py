"""Dagster's own scheduler and sensor daemon over ``nightly``, with a clock that tests set.

It reaches for what Dagster's own tests use: nothing public says what a daemon does after a night
without one.
"""

import datetime
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
from dagster._core.remote_origin import InProcessCodeLocationOrigin
from dagster._core.scheduler.instigation import InstigatorTick
from dagster._core.test_utils import InProcessTestWorkspaceLoadTarget, freeze_time
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._daemon.sensor import execute_sensor_iteration
from dagster._scheduler.scheduler import launch_scheduled_runs

_LOG = logging.getLogger("nightly")


class Daemon:
    """One daemon process; a restart is a new one over the same instance."""

    def __init__(self, instance: dg.DagsterInstance, context: WorkspaceProcessContext) -> None:
        self.instance = instance
        self._context = context
        self._iterations: dict = {}
        requests = context.create_request_context()
        (location,) = requests.code_locations
        (self.repository,) = location.get_repositories().values()

    def restart(self) -> "Daemon":
        return Daemon(self.instance, self._context)

    def switch_on(self, at: datetime.datetime) -> None:
        """Start the schedule and the sensor, as a person does in the UI."""
        with freeze_time(at):
            (schedule,) = self.repository.get_schedules()
            self.instance.start_schedule(schedule)
            (sensor,) = self.repository.get_sensors()
            self.instance.start_sensor(sensor)

    def look_at_schedules(self, at: datetime.datetime) -> None:
        with freeze_time(at):
            list(launch_scheduled_runs(self._context, _LOG, at, self._iterations))

    def look_at_sensors(self, at: datetime.datetime) -> None:
        with freeze_time(at):
            list(execute_sensor_iteration(self._context, _LOG, None, None))

    def days(self) -> list[str]:
        """Return the as_of_date of every run of the schedule, the oldest first."""
        runs = self.instance.get_runs(dg.RunsFilter(job_name="daily_refresh"))
        return [run.tags["as_of_date"] for run in reversed(runs)]

    def last_tick(self) -> InstigatorTick:
        (schedule,) = self.repository.get_schedules()
        origin, selector = schedule.get_remote_origin_id(), schedule.selector_id
        return self.instance.get_ticks(origin, selector, limit=1)[0]


@contextmanager
def running(folder: Path) -> Iterator[Daemon]:
    """A daemon whose runs are launched by nobody: they are only asked for."""
    # Its settings are those of this moment.
    sys.modules.pop("nightly", None)
    launcher = {"module": "dagster._core.test_utils", "class": "MockedRunLauncher"}
    origin = LoadableTargetOrigin(
        executable_path=None,
        python_file=str(Path(__file__).with_name("nightly.py")),
        working_directory=str(Path(__file__).parent),
    )
    with (
        dg.instance_for_test(
            temp_dir=str(folder), overrides={"run_launcher": launcher}
        ) as instance,
        WorkspaceProcessContext(
            instance, InProcessTestWorkspaceLoadTarget(InProcessCodeLocationOrigin(origin))
        ) as context,
    ):
        yield Daemon(instance, context)
