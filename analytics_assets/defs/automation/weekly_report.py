"""The report, sent once a week to where alerts go."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
from pydantic import SecretStr

from analytics_assets.defs.automation.alert_delivery import Alert, address_channels
from analytics_assets.defs.published.assets import REPORT
from analytics_assets.settings import WEEKDAYS

_OLDEST = timedelta(days=7)


def report_schedule(
    report: Path, weekday: str, alert_urls: Sequence[SecretStr], timezone: str
) -> dg.ScheduleDefinition:
    """Return the schedule, which is on, that sends the report at 7 AM local time.

    The message holds the findings; the page is attached where an address takes files. A report
    that was not built in the last seven days is not sent: the run fails, which is an alert.

    Args:
        report: the page.
        weekday: one of `WEEKDAYS`.
        alert_urls: Apprise URLs.
        timezone: the shop's own.

    Raises:
        SettingsError: Apprise does not recognise a URL.
    """
    channels = address_channels(alert_urls)

    @dg.op(description="Send the newest report, its findings as the text, to every address.")
    def send_the_report(context: dg.OpExecutionContext) -> None:
        alert = _newest_report(context.instance, report)
        refused = [channel.name for channel in channels if not channel.send(alert)]
        if refused:
            raise dg.Failure(
                f"the report was not taken by {', '.join(refused)}. Next: to see why, try the "
                "address with: apprise -v -b test ADDRESS"
            )

    @dg.job(description="Send the report to where alerts go.")
    def weekly_report() -> None:
        send_the_report()

    return dg.ScheduleDefinition(
        name="weekly_report_schedule",
        job=weekly_report,
        cron_schedule=f"0 7 * * {(WEEKDAYS.index(weekday) + 1) % 7}",
        execution_timezone=timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=f"Every {weekday} at 7 AM: the newest report, to where alerts go.",
    )


def _newest_report(instance: dg.DagsterInstance, page: Path) -> Alert:
    event = instance.get_latest_materialization_event(REPORT)
    if event is None or event.asset_materialization is None or not page.exists():
        raise dg.Failure(
            f"there is no report at {page}. Next: run daily_refresh", allow_retries=False
        )
    built = datetime.fromtimestamp(event.timestamp, tz=UTC)
    if datetime.now(UTC) - built > _OLDEST:
        raise dg.Failure(
            f"the report must be of the last 7 days (got one built {built:%Y-%m-%d %H:%M} UTC). "
            "Next: look at why daily_refresh did not end well",
            allow_retries=False,
        )
    said = event.asset_materialization.metadata
    day, findings = said.get("as_of_date"), said.get("findings")
    return Alert(
        f"Report of {day.value if day else built.date()}",
        str(findings.value) if findings else "See the attached page.",
        "success",
        page,
    )
