"""Delivery: every channel is told every alert, each from its own place in the event log.

The places are the sensor's cursor. A channel moves on when it has taken an alert, so that a broken
one neither loses alerts nor makes the others hear them twice. What is left to chance: a process
that dies between sending and storing the cursor sends again.
"""

import logging
import time
from collections.abc import Mapping, Sequence

import dagster as dg
from pydantic import NonNegativeInt, TypeAdapter, ValidationError

from analytics_assets.defs.automation.alerts.alert import Feed
from analytics_assets.defs.automation.alerts.channels import Channel

_GIVE_UP_AFTER_SECONDS = 24 * 60 * 60
# Dagster ends a tick after 60 seconds, and its cursor is then not stored.
_TICK_SECONDS = 30
_POSITIONS = TypeAdapter(dict[str, NonNegativeInt])


def deliver(
    feed: Feed,
    channels: Sequence[Channel],
    instance: dg.DagsterInstance,
    cursor: str | None,
    log: logging.Logger,
) -> Mapping[str, int]:
    """Tell each channel what is new to it.

    A channel without a place in the cursor begins with what happens from now on; so does each when
    the cursor cannot be read. An alert that is not taken is sent again at the next tick until it is
    a day old.

    Returns:
        channel name -> position of the last event it need not be told again; `cursor_of` makes
        the next cursor of them.
    """
    stored = _positions(cursor, log)
    newest = feed.newest(instance)
    deadline = time.monotonic() + _TICK_SECONDS
    positions = {}
    for channel in channels:
        # Deleted runs free their positions for later ones, so no place may lie beyond the newest.
        position = min(stored.get(channel.name, newest), newest)
        for notice in feed.after(instance, position) if position < newest else ():
            if notice.alert is not None:
                if time.monotonic() > deadline:
                    break
                if not channel.send(notice.alert):
                    if time.time() - notice.timestamp < _GIVE_UP_AFTER_SECONDS:
                        log.warning(
                            "%s; it will be sent again", _not_taken(channel, notice.alert.title)
                        )
                        break
                    log.error("%s for a day; given up", _not_taken(channel, notice.alert.title))
            position = notice.storage_id
        positions[channel.name] = position
    return positions


def cursor_of(positions: Mapping[str, int]) -> str:
    """Return the cursor that `deliver` reads at the next tick."""
    return _POSITIONS.dump_json(dict(positions)).decode()


def _positions(cursor: str | None, log: logging.Logger) -> Mapping[str, int]:
    if cursor is None:
        return {}
    try:
        return _POSITIONS.validate_json(cursor, strict=True)
    except ValidationError:
        log.warning("the cursor could not be read; alerts begin with what happens from now on")
        return {}


def _not_taken(channel: Channel, title: str) -> str:
    return (
        f"{channel.name} did not take the alert {title!r} (to see why, try the address with: "
        "apprise -v -b test ADDRESS)"
    )
