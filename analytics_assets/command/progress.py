"""A logger that shows a person what a run is doing, one line per event worth knowing."""

import logging
import sys
import time
from collections.abc import Callable

import dagster as dg


class _Progress(logging.Handler):
    """Writes seconds since the start and one readable line; everything else stays silent."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.started = time.monotonic()

    def emit(self, record: logging.LogRecord) -> None:
        event: dg.DagsterEvent | None = getattr(record, "dagster_event", None)
        line = _message(record) if event is None else _of_event(event)
        if line:
            elapsed = time.monotonic() - self.started
            sys.stdout.write(f"{elapsed:6.1f} s  {line}\n")
            sys.stdout.flush()


def _message(record: logging.LogRecord) -> str | None:
    """Return what an asset itself says; Dagster's own words about a step have no place here."""
    meta = getattr(record, "dagster_meta", {})
    step = str(meta.get("step_key") or "")
    # What dbt built arrives as events, with its rows. For whom a run waits is a warning of no step.
    least = logging.INFO if step and not step.startswith("dbt_") else logging.WARNING
    if record.levelno < least:
        return None
    said = str(meta.get("orig_message", record.getMessage()))
    # After a failure there is one such line for each step that is left.
    return None if said.startswith("Dependencies for step ") else f"    {said}"


def _of_event(event: dg.DagsterEvent) -> str | None:
    line = _LINES.get(event.event_type_value)
    return line(event) if line else None


def _materialized(event: dg.DagsterEvent) -> str:
    materialization = event.step_materialization_data.materialization
    rows = materialization.metadata.get("dagster/row_count")
    count = f": {rows.value:,} rows" if rows is not None else ""
    return f"    {materialization.asset_key.to_user_string()}{count}"


def _checked(event: dg.DagsterEvent) -> str | None:
    check = event.asset_check_evaluation_data
    if check.passed:
        return None
    return f"    {check.severity.value}: {check.asset_key.to_user_string()} {check.check_name}"


# The cause of a failure is printed once, at the end.
_LINES: dict[str, Callable[[dg.DagsterEvent], str | None]] = {
    "STEP_START": lambda event: f"{event.step_key} ...",
    "ASSET_MATERIALIZATION": _materialized,
    "ASSET_CHECK_EVALUATION": _checked,
    "STEP_FAILURE": lambda event: f"    FAILED: {event.step_key}",
}


def _progress_logger(context: dg.InitLoggerContext) -> logging.Logger:
    logger = logging.Logger("progress", logging.DEBUG)
    logger.addHandler(_Progress())
    return logger


progress_logger = dg.LoggerDefinition(
    _progress_logger, description="One readable line for each thing that happens."
)
