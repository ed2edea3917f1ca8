"""How alerts reach people: Dagster's log and the shop's addresses, each from its own place.

The places are the sensor's cursor. A channel moves on when it has taken an alert, so a broken one
neither loses alerts nor makes the others hear them twice. Delivery is at least once: a process that
dies between sending and storing the cursor sends again. What alerts say is in ``alert_texts``.
"""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

import apprise
import dagster as dg
from pydantic import NonNegativeInt, SecretStr, TypeAdapter, ValidationError

from analytics_assets.settings import SettingsError

_SEND_SECONDS = 8
# Dagster ends a tick after 60 seconds, and its cursor is then not stored.
_TICK_SECONDS = 30
_GIVE_UP_AFTER_SECONDS = 24 * 60 * 60
_POSITIONS = TypeAdapter(dict[str, NonNegativeInt])
_LEVELS = {"failure": logging.ERROR, "warning": logging.WARNING, "success": logging.INFO}


@dataclass(frozen=True)
class Alert:
    """One message.

    Attributes:
        title: what happened, in a few words.
        body: the details and a link, a line each.
        kind: failure, warning, or success when something is well again.
        attachment: a file to send along, to addresses that take files.
    """

    title: str
    body: str
    kind: Literal["failure", "warning", "success"]
    attachment: Path | None = None


@dataclass(frozen=True)
class Notice:
    """An event of Dagster's log that was looked at.

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


class Channel(Protocol):
    """A way to reach people."""

    @property
    def name(self) -> str:
        """What the cursor and the log call it; holds nothing secret."""

    def send(self, alert: Alert) -> bool:
        """Return whether it was delivered; never raises."""


@dataclass(frozen=True)
class LogChannel:
    """The log of the sensor's tick, which also appears where Dagster runs."""

    log: logging.Logger
    name: str = "log"

    def send(self, alert: Alert) -> bool:
        """Write the alert."""
        self.log.log(_LEVELS[alert.kind], "%s\n%s", alert.title, alert.body)
        return True


@dataclass(frozen=True)
class AddressChannel:
    """One configured address: a webhook, a chat, a mailbox."""

    name: str
    service: apprise.Apprise = field(repr=False)

    def send(self, alert: Alert) -> bool:
        """Send the alert, in a few seconds or not at all."""
        try:
            return bool(
                self.service.notify(
                    title=alert.title,
                    body=alert.body,
                    notify_type=alert.kind,
                    body_format=apprise.NotifyFormat.TEXT,
                    timeout=_SEND_SECONDS,
                    attach=str(alert.attachment) if alert.attachment else None,
                )
            )
        except Exception:
            return False


def address_channels(alert_urls: Sequence[SecretStr]) -> list[AddressChannel]:
    """Return a channel for each Apprise URL, named by its service and place, such as "Slack 1".

    Raises:
        SettingsError: Apprise does not recognise a URL; the message does not show it.
    """
    # Both write whole addresses, hence secrets, into their logs.
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)
    return [_channel(place, url) for place, url in enumerate(alert_urls, start=1)]


def _channel(place: int, url: SecretStr) -> AddressChannel:
    asset = apprise.AppriseAsset(app_id="analytics_assets")
    address = apprise.Apprise.instantiate(url.get_secret_value(), asset=asset)
    if address is None:
        raise SettingsError(
            f"ANALYTICS_ALERT_URL: address {place} must be an Apprise URL (not shown, as it may "
            "hold a secret), such as jsons://host/path for a webhook, slack://... or mailto://..., "
            "with spaces between addresses. Next: try it with: apprise -v -b test ADDRESS"
        )
    service = apprise.Apprise(asset=asset)
    service.add(address)
    return AddressChannel(f"{address.service_name} {place}", service)


def deliver(
    feed: Feed,
    channels: Sequence[Channel],
    instance: dg.DagsterInstance,
    cursor: str | None,
    log: logging.Logger,
) -> Mapping[str, int]:
    """Send each channel what is new to it.

    A channel without a place in the cursor begins with what happens from now on; so does each when
    the cursor cannot be read. An alert that is not taken is sent again at the next tick until it is
    a day old.

    Returns:
        channel name -> position of the last event that is done with; `cursor_of` makes the next
        cursor of them.
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
