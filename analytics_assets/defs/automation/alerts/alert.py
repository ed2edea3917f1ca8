"""What people are told: alerts, and the events of Dagster's log that they are made of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import dagster as dg

_MOST_LINES = 10
_LONGEST_LINE = 300


@dataclass(frozen=True)
class Alert:
    """One message.

    Attributes:
        title: what happened, in a few words.
        body: the details and a link, a line each.
        kind: failure, warning, or success when something is well again.
    """

    title: str
    body: str
    kind: Literal["failure", "warning", "success"]


@dataclass(frozen=True)
class Notice:
    """An event that was looked at.

    Attributes:
        storage_id: its position in the event log; of several events in one notice, the last one's.
        timestamp: when it happened, seconds since the epoch.
        alert: what to say about it; None where there is nothing to say.
    """

    storage_id: int
    timestamp: float
    alert: Alert | None


@dataclass(frozen=True)
class Feed:
    """A kind of event that alerts are made of, read from the event log of the whole instance.

    Attributes:
        name: of the sensor.
        description: of the sensor.
        newest: the position of the newest event; 0 where there is none.
        after: the first events after a position, oldest first; at most a batch of them.
    """

    name: str
    description: str
    newest: Callable[[dg.DagsterInstance], int]
    after: Callable[[dg.DagsterInstance, int], Sequence[Notice]]


def body(lines: Sequence[str], *last: str) -> str:
    """Return the lines as one text, long ones and long lists cut, with ``last`` kept whole."""
    shown = [_cut(line) for line in lines[:_MOST_LINES]]
    if len(lines) > _MOST_LINES:
        shown.append(f"... and {len(lines) - _MOST_LINES} more")
    return "\n".join((*shown, *last))


def _cut(text: str) -> str:
    first_line = text.strip().partition("\n")[0]
    return first_line if len(first_line) <= _LONGEST_LINE else f"{first_line[:_LONGEST_LINE]}..."
