"""Runs that died together with the process that watched them free the queue.

Dagster notices at once when a run's process dies and the code server that started it lives. When
both are killed, or the run was started by a shell, its status stays "started", and with one run
at a time nothing ever starts again: tried with Dagster 1.13's own launcher, whose run monitoring
knows only a limit on the length of every run.
"""

import psutil
from dagster import DagsterEventType, DagsterRun, DefaultRunLauncher

# What a launcher answers run monitoring with; Dagster has no public name for it.
from dagster._core.launcher import CheckRunHealthResult, WorkerStatus


class WatchedRunLauncher(DefaultRunLauncher):
    """Dagster's own launcher; run monitoring may ask it whether a run's process still lives.

    dagster.yaml names it. Only for a daemon that sees the processes of all runs: on one machine,
    not in containers of their own.
    """

    @property
    def supports_check_run_worker_health(self) -> bool:
        """Return True: without this, run monitoring believes whatever a run last said."""
        return True

    def check_run_worker_health(self, run: DagsterRun) -> CheckRunHealthResult:
        """Return NOT_FOUND when the process that the run named in an engine event is gone."""
        events = self._instance.all_logs(run.run_id, of_type=DagsterEventType.ENGINE_EVENT)
        for event in reversed(events):
            data = event.dagster_event.engine_event_data if event.dagster_event else None
            pid = data.metadata.get("pid") if data else None
            if pid and not is_alive(int(str(pid.value)), event.timestamp):
                return CheckRunHealthResult(
                    WorkerStatus.NOT_FOUND, f"its process, PID {pid.value}, is gone"
                )
            if pid:
                break
        return CheckRunHealthResult(WorkerStatus.RUNNING)


def is_alive(pid: int, since: float) -> bool:
    """Return whether the process that had this PID at ``since`` (epoch seconds) still runs."""
    try:
        process = psutil.Process(pid)
        # The kernel's and the clock's seconds may differ by a tick.
        same = process.create_time() <= since + 1
        return same and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
