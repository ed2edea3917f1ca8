"""A logger that tells a person what a run is doing, one line an event worth knowing."""

import logging
import sys
import time

import dagster as dg


class _Progress(logging.Handler):
    """Writes seconds since the start and one readable line; everything else stays silent."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.started = time.monotonic()
        self.stream = sys.__stdout__ or sys.stdout

    def emit(self, record: logging.LogRecord) -> None:
        line = _line(record)
        if line:
            elapsed = time.monotonic() - self.started
            self.stream.write(f"{elapsed:6.1f} s  {line}\n")
            self.stream.flush()


def _line(record: logging.LogRecord) -> str | None:
    event: dg.DagsterEvent | None = getattr(record, "dagster_event", None)
    if event is None:
        meta = getattr(record, "dagster_meta", {})
        # dbt tells its whole command line; what it built arrives as events.
        if str(meta.get("step_key")).startswith("dbt_"):
            return None
        if record.levelno < logging.INFO:
            return None
        return f"    {meta.get('orig_message', record.getMessage())}"
    if event.event_type_value == "STEP_START":
        return f"{event.step_key} ..."
    if event.event_type_value == "ASSET_MATERIALIZATION":
        materialization = event.step_materialization_data.materialization
        rows = materialization.metadata.get("dagster/row_count")
        count = f": {rows.value:,} rows" if rows is not None else ""
        return f"    {materialization.asset_key.to_user_string()}{count}"
    if event.event_type_value == "ASSET_CHECK_EVALUATION":
        evaluation = event.asset_check_evaluation_data
        if not evaluation.passed:
            key = evaluation.asset_key.to_user_string()
            return f"    {evaluation.severity.value}: {key} {evaluation.check_name}"
    if event.event_type_value == "STEP_FAILURE":
        return f"    FAILED: {event.step_failure_data.error_display_string.strip()}"
    return None


def _progress_logger(context: dg.InitLoggerContext) -> logging.Logger:
    logger = logging.Logger("progress", logging.DEBUG)
    logger.addHandler(_Progress())
    return logger


progress_logger = dg.LoggerDefinition(
    _progress_logger, description="One readable line for each thing that happens."
)
