"""Alerts made when a run has ended, for every run of the instance, whoever started it."""

from collections.abc import Callable, Sequence
from typing import Literal

import dagster as dg

from analytics_assets.defs.automation.alerts.alert import Alert, Feed, Notice

_BATCH = 20

End = Literal[
    dg.DagsterEventType.RUN_SUCCESS,
    dg.DagsterEventType.RUN_FAILURE,
    dg.DagsterEventType.RUN_CANCELED,
]


def finished_runs(
    name: str,
    description: str,
    ends: Sequence[End],
    alert: Callable[[dg.DagsterInstance, dg.EventLogRecord], Alert | None],
) -> Feed:
    """Return the feed of the runs with one of these ends; ``alert`` is handed the end's record."""

    def newest(instance: dg.DagsterInstance) -> int:
        records = [r for end in ends for r in instance.fetch_run_status_changes(end, 1).records]
        return max((record.storage_id for record in records), default=0)

    def after(instance: dg.DagsterInstance, position: int) -> list[Notice]:
        filters = [dg.RunStatusChangeRecordsFilter(end, after_storage_id=position) for end in ends]
        records = [
            record
            for ending in filters
            for record in instance.fetch_run_status_changes(ending, _BATCH, ascending=True).records
        ]
        records.sort(key=lambda record: record.storage_id)
        return [
            Notice(record.storage_id, record.timestamp, alert(instance, record))
            for record in records[:_BATCH]
        ]

    return Feed(name, description, newest, after)


def events_of_run(
    instance: dg.DagsterInstance, run_id: str, kind: dg.DagsterEventType
) -> list[dg.DagsterEvent]:
    """Return the run's events of this kind, oldest first."""
    records = instance.get_records_for_run(run_id, of_type=kind).records
    events = [record.event_log_entry.dagster_event for record in records]
    return [event for event in events if event is not None]
