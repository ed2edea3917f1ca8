"""Where alerts go: Dagster's log, and every address that the shop configured."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import apprise
from pydantic import SecretStr

from analytics_assets.defs.automation.alerts.alert import Alert
from analytics_assets.settings import SettingsError

_SEND_SECONDS = 8
_LEVELS = {"failure": logging.ERROR, "warning": logging.WARNING, "success": logging.INFO}


class Channel(Protocol):
    """A way to tell people."""

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
                )
            )
        except Exception:
            return False


def address_channels(alert_urls: Sequence[SecretStr]) -> list[AddressChannel]:
    """Return a channel for each Apprise URL, named by its service and place, such as "Slack 1".

    Raises:
        SettingsError: a URL is none that Apprise knows; the message does not show it.
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
            f"ANALYTICS_ALERT_URL: address {place} (not shown, as it may hold a secret) is none "
            "that Apprise knows; allowed are Apprise URLs with spaces between them, such as "
            "jsons://host/path for a webhook, slack://..., mailto://...; try it with: "
            "apprise -v -b test ADDRESS"
        )
    service = apprise.Apprise(asset=asset)
    service.add(address)
    return AddressChannel(f"{address.service_name} {place}", service)
