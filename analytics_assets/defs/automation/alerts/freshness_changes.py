"""Alerts of freshness: tables that became too old by their policy, and that are fresh again.

Dagster's daemon judges the policies and writes each change of state into the event log.
"""

import datetime
from collections.abc import Sequence

import dagster as dg

from analytics_assets.defs.automation.alerts.alert import Alert, Feed, Notice, body
from analytics_assets.defs.automation.alerts.links import asset_link

_BATCH = 100
_VIOLATED = ("WARN", "FAIL")


def freshness_changes(dagster_url: str) -> Feed:
    """Return the feed with one alert for all changes since the last.

    One night without a run makes every table late at once, which is one piece of news.
    """

    def newest(instance: dg.DagsterInstance) -> int:
        records = _records(instance, position=None, limit=1, ascending=False)
        return records[0].storage_id if records else 0

    def after(instance: dg.DagsterInstance, position: int) -> list[Notice]:
        records = _records(instance, position, limit=_BATCH, ascending=True)
        if not records:
            return []
        alert = _alert(instance, records, dagster_url)
        return [Notice(records[-1].storage_id, records[-1].timestamp, alert)]

    return Feed(
        "alert_freshness",
        "Tells of tables that became too old by their policy, and of those fresh again.",
        newest,
        after,
    )


def _records(
    instance: dg.DagsterInstance, position: int | None, limit: int, ascending: bool
) -> Sequence[dg.EventLogRecord]:
    # The instance itself has no reader for this event that is not deprecated.
    return instance.event_log_storage.get_event_records(
        dg.EventRecordsFilter(dg.DagsterEventType.FRESHNESS_STATE_CHANGE, after_cursor=position),
        limit=limit,
        ascending=ascending,
    )


def _alert(
    instance: dg.DagsterInstance, records: Sequence[dg.EventLogRecord], dagster_url: str
) -> Alert | None:
    lines, states = [], set()
    for event in (record.event_log_entry.dagster_event for record in records):
        if event is None:
            continue
        change = event.asset_freshness_state_change_data
        new, previous = change.new_state.value, change.previous_state.value
        if new in _VIOLATED or (new == "PASS" and previous in _VIOLATED):
            states.add(new)
            built = _last_built(instance, change.key)
            link = asset_link(dagster_url, change.key)
            lines.append(f"{change.key.to_user_string()}: {new}, was {previous}{built}; {link}")
    if not lines:
        return None
    if "FAIL" in states:
        return Alert("Freshness violated", body(lines), "failure")
    if "WARN" in states:
        return Alert("Freshness soon violated", body(lines), "warning")
    return Alert("Freshness restored", body(lines), "success")


def _last_built(instance: dg.DagsterInstance, asset: dg.AssetKey) -> str:
    event = instance.get_latest_materialization_event(asset)
    if event is None:
        return ""
    moment = datetime.datetime.fromtimestamp(event.timestamp, tz=datetime.UTC)
    return f", last built {moment:%Y-%m-%d %H:%M} UTC"
