"""Alerts of failed checks: which checks of a run, on which assets, and how many rows."""

import dagster as dg

from analytics_assets.defs.automation.alerts.alert import Alert, Feed, body
from analytics_assets.defs.automation.alerts.finished_runs import events_of_run, finished_runs
from analytics_assets.defs.automation.alerts.links import run_link


def failed_checks(dagster_url: str) -> Feed:
    """Return the feed with one alert a run that had failed checks, however the run ended."""

    def alert(instance: dg.DagsterInstance, record: dg.EventLogRecord) -> Alert | None:
        failed = sorted(_failed(instance, record.run_id), key=lambda check: not _is_error(check))
        if not failed:
            return None
        checks = "1 check" if len(failed) == 1 else f"{len(failed)} checks"
        return Alert(
            title=f"{checks} failed: {record.event_log_entry.job_name}",
            body=body([_line(check) for check in failed], run_link(dagster_url, record.run_id)),
            kind="failure" if _is_error(failed[0]) else "warning",
        )

    return finished_runs(
        "alert_failed_checks",
        "Tells of each run with failed checks: asset, check and offending rows.",
        [
            dg.DagsterEventType.RUN_SUCCESS,
            dg.DagsterEventType.RUN_FAILURE,
            dg.DagsterEventType.RUN_CANCELED,
        ],
        alert,
    )


def _failed(instance: dg.DagsterInstance, run_id: str) -> list[dg.AssetCheckEvaluation]:
    """Return what failed; of a check that was evaluated again, only the last result counts."""
    events = events_of_run(instance, run_id, dg.DagsterEventType.ASSET_CHECK_EVALUATION)
    evaluations = [event.asset_check_evaluation_data for event in events]
    last = {evaluation.asset_check_key: evaluation for evaluation in evaluations}
    return [evaluation for evaluation in last.values() if not evaluation.passed]


def _is_error(check: dg.AssetCheckEvaluation) -> bool:
    return check.severity == dg.AssetCheckSeverity.ERROR


def _line(check: dg.AssetCheckEvaluation) -> str:
    rows = check.metadata.get("failing_rows")
    what = f"{rows.value:,} rows" if isinstance(rows, dg.IntMetadataValue) else check.description
    line = f"{check.severity.value} {check.asset_key.to_user_string()}: {check.check_name}"
    return f"{line}, {what}" if what else line
