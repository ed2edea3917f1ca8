"""Why a run failed, in the words of whoever found it: no class names, no wrappers, no stack."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import dagster as dg

# What Dagster raises where a failed check stops a step: the check itself says more.
_CHECK_FAILED = "DagsterAssetCheckFailedError"
# It has no words of its own.
_INTERRUPTED = "DagsterExecutionInterruptedError"


def causes(events: Iterable[dg.DagsterEvent]) -> Iterator[tuple[str, str]]:
    """Yield step and cause for each failed step among the events of a run; step "" for the run.

    A step that only a failed check stopped has no cause of its own: its checks are listed apart.
    """
    failed_steps = False
    for event in events:
        if event.is_step_failure:
            failed_steps = True
            failure = event.step_failure_data
            if failure.error and failure.error.cls_name == _CHECK_FAILED:
                continue
            said = failure.user_failure_data and failure.user_failure_data.description
            yield str(event.step_key), said or reason(failure.error) or "no reason was recorded"
        elif event.event_type is dg.DagsterEventType.RUN_FAILURE and not failed_steps:
            yield "", reason(event.job_failure_data.error) or "no reason was recorded"


def reason(error: Any) -> str:
    """Return the message of the first error that is no wrapper of Dagster's, without its class.

    ``error`` is what an event of Dagster holds (cls_name, message, cause), or None. An error raised
    from another one is kept, not unwrapped: it says more than its cause does.
    """
    while error and error.cause and (error.cls_name or "").startswith("Dagster"):
        error = error.cause
    if error is None:
        return ""
    if error.cls_name == _INTERRUPTED:
        return "it was ended by a person or a signal"
    return re.sub(rf"^(\S+\.)?{re.escape(error.cls_name or '')}:\s*", "", error.message).strip()
