"""The weekly report reaches the addresses of the alerts, and an old one is an alert instead."""

import base64
import datetime
from pathlib import Path

import dagster as dg
import pytest
from pydantic import SecretStr
from webhook import Webhook

from analytics_assets.defs.automation.weekly_report import report_schedule
from analytics_assets.settings import SettingsError, load_settings

PAGE = "<!doctype html><title>Report</title>"


def run(instance: dg.DagsterInstance, report: Path, *urls: str) -> dg.ExecuteInProcessResult:
    schedule = report_schedule(report, "monday", [SecretStr(url) for url in urls], "Europe/Berlin")
    assert isinstance(schedule.job, dg.JobDefinition)
    return schedule.job.execute_in_process(instance=instance, raise_on_error=False)


def built(instance: dg.DagsterInstance, folder: Path) -> Path:
    """Return a report that a run just made."""
    page = folder / "report.html"
    page.write_text(PAGE)

    @dg.asset(key="report")
    def report() -> dg.MaterializeResult[None]:
        said = {"as_of_date": "2025-12-31", "findings": "Sales are up.\nCohorts hold."}
        return dg.MaterializeResult(metadata=said)

    assert dg.materialize([report], instance=instance).success
    return page


def reason(result: dg.ExecuteInProcessResult) -> str:
    [failure] = [event for event in result.all_events if event.is_step_failure]
    return failure.step_failure_data.user_failure_data.description


def test_the_findings_are_the_text_and_the_page_is_attached(
    instance: dg.DagsterInstance, webhook: Webhook, tmp_path: Path
):
    assert run(instance, built(instance, tmp_path), webhook.url).success

    [sent] = webhook.taken
    assert sent["title"] == "Report of 2025-12-31"
    assert sent["message"] == "Sales are up.\nCohorts hold."
    [attached] = sent["attachments"]
    assert base64.b64decode(attached["base64"]).decode() == PAGE


def test_an_address_that_refuses_is_named_and_the_others_have_theirs(
    instance: dg.DagsterInstance, webhook: Webhook, tmp_path: Path
):
    secret = "json://127.0.0.1:1/S3CR3T?cto=0.5&rto=0.5"

    result = run(instance, built(instance, tmp_path), secret, webhook.url)

    assert not result.success
    assert "not taken by JSON 1." in reason(result)
    assert not any("S3CR3T" in str(event) for event in result.all_events)
    assert webhook.titles == ["Report of 2025-12-31"]


def test_without_a_report_or_with_an_old_one_nothing_is_sent(
    instance: dg.DagsterInstance,
    webhook: Webhook,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    none = run(instance, tmp_path / "report.html", webhook.url)
    page = built(instance, tmp_path)
    monkeypatch.setattr(
        "analytics_assets.defs.automation.weekly_report._OLDEST", datetime.timedelta(seconds=-1)
    )
    old = run(instance, page, webhook.url)

    assert "there is no report" in reason(none)
    assert "must be of the last 7 days" in reason(old)
    assert webhook.taken == []


@pytest.mark.parametrize(
    ("weekday", "day_of_cron"), [("monday", 1), ("saturday", 6), ("sunday", 0)]
)
def test_it_is_sent_on_that_day_at_seven_local_time(tmp_path: Path, weekday: str, day_of_cron: int):
    schedule = report_schedule(tmp_path / "report.html", weekday, [], "Europe/Berlin")

    assert schedule.cron_schedule == f"0 7 * * {day_of_cron}"
    assert schedule.execution_timezone == "Europe/Berlin"
    assert schedule.default_status is dg.DefaultScheduleStatus.RUNNING


@pytest.mark.parametrize(
    ("day", "addresses", "said"),
    [
        ("Mondays", "json://127.0.0.1:1/hook", "ANALYTICS_REPORT_DAY must be one of monday, "),
        ("monday", "", "ANALYTICS_REPORT_DAY needs ANALYTICS_ALERT_URL"),
    ],
)
def test_a_day_that_cannot_be_kept_is_refused(day: str, addresses: str, said: str):
    with pytest.raises(SettingsError, match=said):
        load_settings({"ANALYTICS_REPORT_DAY": day, "ANALYTICS_ALERT_URL": addresses})
