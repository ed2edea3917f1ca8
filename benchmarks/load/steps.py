"""When each step of the only run of an instance started and ended, from Dagster's own event log."""

from dataclasses import dataclass
from pathlib import Path

import dagster as dg

_ENDS = {dg.DagsterEventType.STEP_SUCCESS, dg.DagsterEventType.STEP_FAILURE}


@dataclass(frozen=True)
class Step:
    """A step's name and its start and end in epoch seconds."""

    name: str
    started: float
    ended: float


def steps_of(home: Path) -> list[Step]:
    """Return the steps that ended, in order of their start."""
    with dg.DagsterInstance.from_config(str(home)) as instance:
        runs = instance.get_runs()
        events = instance.all_logs(runs[0].run_id) if runs else []
    started: dict[str, float] = {}
    steps = []
    for event in events:
        told = event.dagster_event
        if told is None or told.step_key is None:
            continue
        if told.event_type == dg.DagsterEventType.STEP_START:
            started[told.step_key] = event.timestamp
        elif told.event_type in _ENDS:
            steps.append(Step(told.step_key, started[told.step_key], event.timestamp))
    return sorted(steps, key=lambda step: step.started)
