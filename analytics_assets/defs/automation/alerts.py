"""The sensors of the alerts: runs that ended with news, and tables that became too old.

They run unless switched off: without an address they only write to the log, and whoever sets an
address should not miss an alert for a second switch.
"""

from collections.abc import Sequence
from typing import Literal

import dagster as dg
from pydantic import SecretStr

from analytics_assets.defs.automation.alert_delivery import (
    Channel,
    Feed,
    LogChannel,
    Notice,
    address_channels,
    cursor_of,
    deliver,
)
from analytics_assets.defs.automation.alert_texts import freshness_alert, run_alert

_End = Literal[
    dg.DagsterEventType.RUN_SUCCESS,
    dg.DagsterEventType.RUN_FAILURE,
    dg.DagsterEventType.RUN_CANCELED,
]
_MOST_RUNS = 20
_MOST_CHANGES = 100


def alert_sensors(alert_urls: Sequence[SecretStr], dagster_url: str) -> list[dg.SensorDefinition]:
    """Return the sensors.

    Args:
        alert_urls: Apprise URLs to send to besides the log.
        dagster_url: where Dagster's pages are, for links, such as http://127.0.0.1:3000.

    Raises:
        SettingsError: Apprise does not recognise a URL.
    """
    channels = address_channels(alert_urls)
    return [_sensor(feed, channels) for feed in (_runs(dagster_url), _freshness(dagster_url))]


def _sensor(feed: Feed, addresses: Sequence[Channel]) -> dg.SensorDefinition:
    @dg.sensor(
        name=feed.name,
        description=feed.description,
        minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.RUNNING,
    )
    def send(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        channels = [LogChannel(context.log), *addresses]
        positions = deliver(feed, channels, context.instance, context.cursor, context.log)
        context.update_cursor(cursor_of(positions))
        newest = max(positions.values())
        behind = [name for name, position in positions.items() if position < newest]
        return dg.SkipReason(f"not yet sent to {', '.join(behind)}" if behind else "all is sent")

    return send


def _runs(dagster_url: str) -> Feed:
    ends: tuple[_End, ...] = (
        dg.DagsterEventType.RUN_SUCCESS,
        dg.DagsterEventType.RUN_FAILURE,
        dg.DagsterEventType.RUN_CANCELED,
    )

    def newest(instance: dg.DagsterInstance) -> int:
        records = [r for end in ends for r in instance.fetch_run_status_changes(end, 1).records]
        return max((record.storage_id for record in records), default=0)

    def after(instance: dg.DagsterInstance, position: int) -> list[Notice]:
        filters = [dg.RunStatusChangeRecordsFilter(end, after_storage_id=position) for end in ends]
        records = [
            record
            for ended in filters
            for record in instance.fetch_run_status_changes(
                ended, _MOST_RUNS, ascending=True
            ).records
        ]
        records.sort(key=lambda record: record.storage_id)
        return [
            Notice(record.storage_id, record.timestamp, run_alert(instance, record, dagster_url))
            for record in records[:_MOST_RUNS]
        ]

    return Feed(
        "alert_runs",
        "One message for each run that failed, and why, that had failed checks, or that had "
        "warnings which are new or grew.",
        newest,
        after,
    )


def _freshness(dagster_url: str) -> Feed:
    # Dagster's daemon judges the policies and writes each change of state into the event log.
    def records(
        instance: dg.DagsterInstance, position: int | None, limit: int, ascending: bool
    ) -> Sequence[dg.EventLogRecord]:
        # The instance itself has no reader for this event that is not deprecated.
        return instance.event_log_storage.get_event_records(
            dg.EventRecordsFilter(
                dg.DagsterEventType.FRESHNESS_STATE_CHANGE, after_cursor=position
            ),
            limit=limit,
            ascending=ascending,
        )

    def newest(instance: dg.DagsterInstance) -> int:
        found = records(instance, position=None, limit=1, ascending=False)
        return found[0].storage_id if found else 0

    def after(instance: dg.DagsterInstance, position: int) -> list[Notice]:
        found = records(instance, position, limit=_MOST_CHANGES, ascending=True)
        if not found:
            return []
        alert = freshness_alert(instance, found, dagster_url)
        return [Notice(found[-1].storage_id, found[-1].timestamp, alert)]

    return Feed(
        "alert_freshness",
        "One message for tables that became too old by their policy, or are fresh again.",
        newest,
        after,
    )
