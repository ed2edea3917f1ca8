"""A logger that tells a person what a run is doing, one line an event worth knowing."""

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
        self.stream = sys.__stdout__ or sys.stdout

    def emit(self, record: logging.LogRecord) -> None:
        event: dg.DagsterEvent | None = getattr(record, "dagster_event", None)
        line = _message(record) if event is None else _told(event)
        if line:
            elapsed = time.monotonic() - self.started
            self.stream.write(f"{elapsed:6.1f} s  {line}\n")
            self.stream.flush()


def _message(record: logging.LogRecord) -> str | None:
    meta = getattr(record, "dagster_meta", {})
    # dbt tells its whole command line; what it built arrives as events.
    if record.levelno < logging.INFO or str(meta.get("step_key")).startswith("dbt_"):
        return None
    return f"    {meta.get('orig_message', record.getMessage())}"


def _told(event: dg.DagsterEvent) -> str | None:
    tell = _TOLD.get(event.event_type_value)
    return tell(event) if tell else None


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


def _run_failed(event: dg.DagsterEvent) -> str | None:
    """Tell what stopped the run outside of its steps, such as another run that holds the lock."""
    error = event.job_failure_data.error
    return f"    FAILED: {(error.cause or error).message.strip()}" if error else None


_TOLD: dict[str, Callable[[dg.DagsterEvent], str | None]] = {
    "STEP_START": lambda event: f"{event.step_key} ...",
    "ASSET_MATERIALIZATION": _materialized,
    "ASSET_CHECK_EVALUATION": _checked,
    "STEP_FAILURE": lambda event: (
        f"    FAILED: {event.step_failure_data.error_display_string.strip()}"
    ),
    "PIPELINE_FAILURE": _run_failed,
}


def _progress_logger(context: dg.InitLoggerContext) -> logging.Logger:
    logger = logging.Logger("progress", logging.DEBUG)
    logger.addHandler(_Progress())
    return logger


progress_logger = dg.LoggerDefinition(
    _progress_logger, description="One readable line for each thing that happens."
)
