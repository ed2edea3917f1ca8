"""Alerts of failed runs: which steps failed, and of what."""

import dagster as dg

from analytics_assets.defs.automation.alerts.alert import Alert, Feed, body
from analytics_assets.defs.automation.alerts.finished_runs import events_of_run, finished_runs
from analytics_assets.defs.automation.alerts.links import run_link


def run_failures(dagster_url: str) -> Feed:
    """Return the feed with one alert a failed run."""

    def alert(instance: dg.DagsterInstance, record: dg.EventLogRecord) -> Alert:
        failed_steps = events_of_run(instance, record.run_id, dg.DagsterEventType.STEP_FAILURE)
        lines = [f"{event.step_key}: {_error(event)}" for event in failed_steps]
        run = record.event_log_entry
        return Alert(
            title=f"Run failed: {run.job_name}",
            body=body(lines or [run.message], run_link(dagster_url, run.run_id)),
            kind="failure",
        )

    return finished_runs(
        "alert_run_failures",
        "Tells of each failed run: the steps that failed and their errors.",
        [dg.DagsterEventType.RUN_FAILURE],
        alert,
    )


def _error(event: dg.DagsterEvent) -> str:
    error = event.step_failure_data.error
    if error is None:
        return event.message or "no error was recorded"
    # Dagster wraps what an asset raised in an error of its own that only names the step.
    wrapped = error.cls_name == "DagsterExecutionStepExecutionError"
    return (error.cause if wrapped and error.cause else error).message
