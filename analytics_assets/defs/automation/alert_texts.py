"""What alerts say: which run, what failed and why, which warnings are new.

A finished run with news is one message, however many steps and checks failed in it. A warning is
news when the same check did not warn before, or warned of fewer rows: an old one, repeated each
night, teaches people to look away.
"""

import datetime
import re
from collections.abc import Sequence
from urllib.parse import quote

import dagster as dg

from analytics_assets.defs.automation.alert_delivery import Alert
from analytics_assets.defs.automation.jobs import AS_OF_DATE
from analytics_assets.lib.failures import causes as causes_of

LONGEST_CAUSE = 800
_MOST_STEPS = 3
_MOST_LINES = 10
_TOO_OLD = ("WARN", "FAIL")


def run_alert(
    instance: dg.DagsterInstance, end: dg.EventLogRecord, dagster_url: str
) -> Alert | None:
    """Return what to say of a run that ended; None when there is no news in it.

    Args:
        instance: where the run's events are.
        end: the event of its success, failure or cancellation.
        dagster_url: where Dagster's pages are, for the link.
    """
    run = instance.get_run_by_id(end.run_id)
    if run is None:
        return None
    checks = _failed_checks(instance, end.run_id)
    errors = [check for check in checks if check.severity == dg.AssetCheckSeverity.ERROR]
    warnings = [
        line
        for check in checks
        if check not in errors and (line := _warning(instance, end.run_id, check))
    ]
    is_failure = end.event_log_entry.dagster_event_type == dg.DagsterEventType.RUN_FAILURE
    causes = _causes(instance, end) if is_failure else []
    if not (causes or errors or warnings):
        return None
    name = run_name(run)
    counted = [_counted(len(errors), "check failed", "checks failed")] if errors else []
    counted += [_counted(len(warnings), "new warning", "new warnings")] if warnings else []
    title = f"Failed: {name}" if is_failure else f"{', '.join(counted)}: {name}"
    lines = [
        *causes,
        *_listed([f"failed check {_check_line(check)}" for check in errors]),
        *_listed([f"warning {line}" for line in warnings]),
        f"{dagster_url.rstrip('/')}/runs/{end.run_id}",
    ]
    return Alert(title, "\n".join(lines), "failure" if is_failure or errors else "warning")


def freshness_alert(
    instance: dg.DagsterInstance, changes: Sequence[dg.EventLogRecord], dagster_url: str
) -> Alert | None:
    """Return one alert for all these changes of freshness; None when nothing worsened or mended.

    One night without a run makes every table late at once, which is one piece of news.
    """
    lines, states = [], set()
    for event in (record.event_log_entry.dagster_event for record in changes):
        if event is None:
            continue
        change = event.asset_freshness_state_change_data
        new, previous = change.new_state.value, change.previous_state.value
        if new in _TOO_OLD or (new == "PASS" and previous in _TOO_OLD):
            states.add(new)
            built = _last_built(instance, change.key)
            path = "/".join(quote(part, safe="") for part in change.key.path)
            link = f"{dagster_url.rstrip('/')}/assets/{path}"
            lines.append(f"{change.key.to_user_string()}: {new}, was {previous}{built}; {link}")
    if not lines:
        return None
    body = "\n".join(_listed(lines))
    if "FAIL" in states:
        return Alert("Tables are too old", body, "failure")
    if "WARN" in states:
        return Alert("Tables will soon be too old", body, "warning")
    return Alert("Tables are fresh again", body, "success")


def run_name(run: dg.DagsterRun) -> str:
    """Return a name a person recognises: the job and its day, or the tables of a selection."""
    if not run.job_name.startswith("__"):
        day = run.tags.get(AS_OF_DATE)
        return f"{run.job_name} for {day}" if day else run.job_name
    assets = sorted(key.to_user_string() for key in run.asset_selection or ())
    if assets:
        return f"build of {_some(assets)}"
    checks = {key.asset_key.to_user_string() for key in run.asset_check_selection or ()}
    return f"checks of {_some(sorted(checks))}" if checks else "build of every table"


def _some(names: Sequence[str], most: int = 3) -> str:
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


def _causes(instance: dg.DagsterInstance, end: dg.EventLogRecord) -> list[str]:
    """Return why each failed step failed; of a run that failed before its steps, why that was.

    A step that a failed check stopped has no cause of its own: its checks are listed.
    """
    steps = _events(instance, end.run_id, dg.DagsterEventType.STEP_FAILURE)
    ending = end.event_log_entry.dagster_event
    # A run that is ended from outside has only a message.
    events = [*steps, *([ending] if ending and ending.event_specific_data else [])]
    if not events:
        return [_cut(end.event_log_entry.message or "no reason was recorded")]
    lines = [f"{step}: {_cut(cause)}" if step else _cut(cause) for step, cause in causes_of(events)]
    return _listed(lines, _MOST_STEPS)


def _cut(text: str) -> str:
    plain = re.sub(r"\x1b\[[0-9;]*m", "", text).strip()
    return plain if len(plain) <= LONGEST_CAUSE else f"{plain[: LONGEST_CAUSE - 3]}..."


def _failed_checks(instance: dg.DagsterInstance, run_id: str) -> list[dg.AssetCheckEvaluation]:
    """Return what failed; of a check that was evaluated again, only the last result counts."""
    events = _events(instance, run_id, dg.DagsterEventType.ASSET_CHECK_EVALUATION)
    evaluations = [event.asset_check_evaluation_data for event in events]
    last = {evaluation.asset_check_key: evaluation for evaluation in evaluations}
    return [evaluation for evaluation in last.values() if not evaluation.passed]


def _warning(
    instance: dg.DagsterInstance, run_id: str, check: dg.AssetCheckEvaluation
) -> str | None:
    """Return the line of a warning that is new or grew since the last run; None for others."""
    line, rows = _check_line(check), _rows(check)
    before = _evaluation_before(instance, run_id, check.asset_check_key)
    if before is None or before.passed:
        return line
    rows_before = _rows(before)
    if rows is None or rows_before is None:
        return None
    return f"{line}, before {rows_before:,}" if rows > rows_before else None


def _evaluation_before(
    instance: dg.DagsterInstance, run_id: str, check: dg.AssetCheckKey
) -> dg.AssetCheckEvaluation | None:
    """Return the last result of the check in the runs before this one."""
    # The instance itself has no reader of a check's history.
    records = instance.event_log_storage.get_asset_check_execution_history(check, limit=50)
    own = [record.id for record in records if record.run_id == run_id]
    for record in records:
        event = record.event.dagster_event if record.event else None
        if (
            own
            and record.id < min(own)
            and event
            and event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION
        ):
            return event.asset_check_evaluation_data
    return None


def _rows(check: dg.AssetCheckEvaluation) -> int | None:
    rows = check.metadata.get("failing_rows")
    return rows.value if isinstance(rows, dg.IntMetadataValue) else None


def _check_line(check: dg.AssetCheckEvaluation) -> str:
    rows = _rows(check)
    what = check.description if rows is None else _counted(rows, "row", "rows")
    line = f"{check.asset_key.to_user_string()}: {check.check_name}"
    return _cut(f"{line}, {what}") if what else line


def _counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _listed(lines: Sequence[str], most: int = _MOST_LINES) -> list[str]:
    more = [f"... and {len(lines) - most} more"] if len(lines) > most else []
    return [*lines[:most], *more]


def _events(
    instance: dg.DagsterInstance, run_id: str, kind: dg.DagsterEventType
) -> list[dg.DagsterEvent]:
    """Return the run's events of this kind, oldest first."""
    records = instance.get_records_for_run(run_id, of_type=kind).records
    events = [record.event_log_entry.dagster_event for record in records]
    return [event for event in events if event is not None]


def _last_built(instance: dg.DagsterInstance, asset: dg.AssetKey) -> str:
    event = instance.get_latest_materialization_event(asset)
    if event is None:
        return ""
    moment = datetime.datetime.fromtimestamp(event.timestamp, tz=datetime.UTC)
    return f", last built {moment:%Y-%m-%d %H:%M} UTC"
