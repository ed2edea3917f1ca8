"""The sensors of the alerts: one a feed, each telling every channel."""

from collections.abc import Sequence

import dagster as dg
from pydantic import SecretStr

from analytics_assets.defs.automation.alerts.alert import Feed
from analytics_assets.defs.automation.alerts.channels import Channel, LogChannel, address_channels
from analytics_assets.defs.automation.alerts.delivery import cursor_of, deliver
from analytics_assets.defs.automation.alerts.failed_checks import failed_checks
from analytics_assets.defs.automation.alerts.freshness_changes import freshness_changes
from analytics_assets.defs.automation.alerts.run_failures import run_failures


def alert_sensors(alert_urls: Sequence[SecretStr], dagster_url: str) -> list[dg.SensorDefinition]:
    """Return the sensors that tell of failed runs, failed checks and freshness.

    They run unless switched off: without an address they only write to the log, which harms
    nobody, and one who sets an address should not miss an alert for a second switch.

    Args:
        alert_urls: Apprise URLs to tell besides the log.
        dagster_url: where Dagster's pages are, for links, such as http://127.0.0.1:3000.

    Raises:
        SettingsError: a URL is none that Apprise knows.
    """
    channels = address_channels(alert_urls)
    feeds = [
        run_failures(dagster_url),
        failed_checks(dagster_url),
        freshness_changes(dagster_url),
    ]
    return [_sensor(feed, channels) for feed in feeds]


def _sensor(feed: Feed, addresses: Sequence[Channel]) -> dg.SensorDefinition:
    @dg.sensor(
        name=feed.name,
        description=feed.description,
        minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.RUNNING,
    )
    def tell(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        channels = [LogChannel(context.log), *addresses]
        positions = deliver(feed, channels, context.instance, context.cursor, context.log)
        context.update_cursor(cursor_of(positions))
        newest = max(positions.values())
        behind = [name for name, position in positions.items() if position < newest]
        return dg.SkipReason(f"still to tell: {', '.join(behind)}" if behind else "all is told")

    return tell
