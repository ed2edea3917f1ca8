"""Runs whose process died are noticed, so that they do not stand in the queue's way for ever.

A run that is killed together with Dagster's own processes, or one that a shell started, leaves its
status at "started"; with one run at a time nothing else would ever start.
"""

import time

from dagster import DagsterEventType, DagsterRun
from dagster._core.launcher import CheckRunHealthResult, DefaultRunLauncher, WorkerStatus

from analytics_assets.lib.warehouse.processes import is_alive

_SECONDS_TO_NAME_ITS_PROCESS = 120.0


class WatchedRunLauncher(DefaultRunLauncher):
    """Dagster's own launcher; run monitoring may ask it whether a run's process still lives.

    dagster.yaml names it. Every run tells its PID in the first of its engine events, also one that
    was started from a shell.
    """

    @property
    def supports_check_run_worker_health(self) -> bool:
        """Return True: without this, run monitoring believes whatever a run last said."""
        return True

    def check_run_worker_health(self, run: DagsterRun) -> CheckRunHealthResult:
        """Return RUNNING or NOT_FOUND, by the process that the run named."""
        named = [
            (int(str(told.value)), event.timestamp)
            for event in self._instance.all_logs(run.run_id, of_type=DagsterEventType.ENGINE_EVENT)
            if event.dagster_event
            and (told := event.dagster_event.engine_event_data.metadata.get("pid"))
        ]
        if not named:
            return self._health_without_process(run)
        pid, since = named[-1]
        if is_alive(pid, since):
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        return CheckRunHealthResult(WorkerStatus.NOT_FOUND, f"its process, PID {pid}, is gone")

    def _health_without_process(self, run: DagsterRun) -> CheckRunHealthResult:
        record = self._instance.get_run_record_by_id(run.run_id)
        started = record.start_time if record else None
        if started is None or time.time() - started < _SECONDS_TO_NAME_ITS_PROCESS:
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        return CheckRunHealthResult(WorkerStatus.NOT_FOUND, "it never named its process")
