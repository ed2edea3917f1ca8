"""No alert twice, none lost: over ticks, restarts, lost cursors and broken webhooks."""

import json
import logging
import time
from pathlib import Path

import dagster as dg
import pytest
from ticks import sensor, tick
from webhook import Webhook

from analytics_assets.defs.automation.alert_delivery import (
    Alert,
    Feed,
    LogChannel,
    Notice,
    deliver,
)

REFUSED = "json://127.0.0.1:1/hook?cto=0.5&rto=0.5"
LOG = logging.getLogger("alerts_under_test")


@dg.job
def nightly() -> None:
    pass


def fail(instance: dg.DagsterInstance, reason: str) -> str:
    run = instance.create_run_for_job(nightly)
    instance.report_run_failed(run, reason)
    return run.run_id


def reasons(alerts: list[dict[str, str]]) -> list[str]:
    return [alert["message"].splitlines()[0] for alert in alerts]


def test_nothing_is_lost_or_repeated_over_a_restart(tmp_path: Path, webhook: Webhook):
    with dg.instance_for_test(temp_dir=str(tmp_path)) as instance:
        cursor = tick(sensor("alert_runs", webhook.url), instance, None)
        fail(instance, "first")
        fail(instance, "second")
        cursor = tick(sensor("alert_runs", webhook.url), instance, cursor)
        cursor = tick(sensor("alert_runs", webhook.url), instance, cursor)
        fail(instance, "while the daemon was down")

    with dg.instance_for_test(temp_dir=str(tmp_path)) as instance:
        fail(instance, "after it came back")
        cursor = tick(sensor("alert_runs", webhook.url), instance, cursor)
        tick(sensor("alert_runs", webhook.url), instance, cursor)

    assert reasons(webhook.taken) == [
        "first",
        "second",
        "while the daemon was down",
        "after it came back",
    ]


@pytest.mark.parametrize("cursor", [None, "}{", '{"JSON 1": -1}'])
def test_the_first_tick_or_one_after_a_damaged_cursor_begins_with_what_happens_from_then_on(
    instance: dg.DagsterInstance, webhook: Webhook, cursor: str | None
):
    failures = sensor("alert_runs", webhook.url)
    fail(instance, "history")

    cursor = tick(failures, instance, cursor)
    fail(instance, "news")
    tick(failures, instance, cursor)

    assert reasons(webhook.taken) == ["news"]


def test_after_runs_were_deleted_new_failures_are_told(tmp_path: Path, webhook: Webhook):
    failures = sensor("alert_runs", webhook.url)
    with dg.instance_for_test(temp_dir=str(tmp_path)) as instance:
        cursor = tick(failures, instance, None)
        deleted = [fail(instance, "told, then deleted") for _ in range(2)]
        cursor = tick(failures, instance, cursor)
        for run_id in deleted:
            instance.delete_run(run_id)
        cursor = tick(failures, instance, cursor)
        fail(instance, "news")
        tick(failures, instance, cursor)

    assert reasons(webhook.taken) == ["told, then deleted", "told, then deleted", "news"]


def test_more_failures_than_a_tick_handles_are_told_at_the_next(
    instance: dg.DagsterInstance, webhook: Webhook
):
    failures = sensor("alert_runs", webhook.url)
    cursor = tick(failures, instance, None)
    expected = [f"failure {number}" for number in range(45)]
    for reason in expected:
        fail(instance, reason)

    for _ in range(3):
        cursor = tick(failures, instance, cursor)

    assert reasons(webhook.taken) == expected


def test_what_a_broken_webhook_did_not_take_is_sent_when_it_works_again(
    instance: dg.DagsterInstance, webhook: Webhook
):
    failures = sensor("alert_runs", webhook.url)
    cursor = tick(failures, instance, None)
    webhook.status = 500
    fail(instance, "first")
    fail(instance, "second")
    cursor = tick(failures, instance, cursor)
    cursor = tick(failures, instance, cursor)
    webhook.status = 200

    cursor = tick(failures, instance, cursor)
    tick(failures, instance, cursor)

    assert reasons(webhook.refused) == ["first", "first"]
    assert reasons(webhook.taken) == ["first", "second"]


def test_a_webhook_that_refuses_connections_raises_nothing_and_delays_nobody_else(
    instance: dg.DagsterInstance, webhook: Webhook
):
    failures = sensor("alert_runs", REFUSED, webhook.url)
    cursor = tick(failures, instance, None)
    fail(instance, "first")
    cursor = tick(failures, instance, cursor)
    fail(instance, "second")
    cursor = tick(failures, instance, cursor)
    places = json.loads(cursor)

    assert reasons(webhook.taken) == ["first", "second"]
    assert places["JSON 1"] < places["JSON 2"] == places["log"]


def test_a_webhook_that_hangs_is_left_after_its_time(
    instance: dg.DagsterInstance, webhook: Webhook
):
    failures = sensor("alert_runs", webhook.url)
    cursor = tick(failures, instance, None)
    fail(instance, "first")
    webhook.hangs = True
    started = time.monotonic()
    cursor = tick(failures, instance, cursor)
    waited = time.monotonic() - started
    webhook.hangs = False

    tick(failures, instance, cursor)

    assert waited < 5
    assert reasons(webhook.taken) == ["first"]


def test_without_an_address_alerts_are_in_the_log(
    instance: dg.DagsterInstance, capfd: pytest.CaptureFixture[str]
):
    failures = sensor("alert_runs")
    cursor = tick(failures, instance, None)
    run_id = fail(instance, "the warehouse is on fire")

    cursor = tick(failures, instance, cursor)
    tick(failures, instance, cursor)

    log = capfd.readouterr().err
    assert log.count("Failed: nightly") == 1
    assert "the warehouse is on fire" in log
    assert run_id in log


class Refusing:
    """A channel that takes only what it is told to."""

    name = "refusing"

    def __init__(self, *accepted: str) -> None:
        self.accepted = accepted
        self.asked: list[str] = []

    def send(self, alert: Alert) -> bool:
        self.asked.append(alert.title)
        return alert.title in self.accepted


def feed_of(*timestamps: float) -> Feed:
    notices = [
        Notice(place, timestamp, Alert(f"alert {place}", "", "failure"))
        for place, timestamp in enumerate(timestamps, start=1)
    ]
    return Feed(
        "feed",
        "",
        lambda _: len(notices),
        lambda _, place: [n for n in notices if n.storage_id > place],
    )


def test_an_alert_that_nobody_took_for_a_day_is_given_up_and_the_log_says_so(
    instance: dg.DagsterInstance, caplog: pytest.LogCaptureFixture
):
    now = time.time()
    channel = Refusing("alert 2")
    feed = feed_of(now - 25 * 3600, now - 20 * 3600, now - 10 * 3600, now)

    places = deliver(feed, [channel], instance, '{"refusing": 0}', LOG)

    assert channel.asked == ["alert 1", "alert 2", "alert 3"]
    assert places == {"refusing": 2}
    assert [(r.levelname, "alert 1" in r.getMessage()) for r in caplog.records] == [
        ("ERROR", True),
        ("WARNING", False),
    ]


def test_a_tick_whose_time_is_over_leaves_the_rest_to_the_next(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
):
    moments = iter([0.0, 1.0, 31.0])
    monkeypatch.setattr(time, "monotonic", lambda: next(moments))

    places = deliver(feed_of(0, 0, 0), [LogChannel(LOG)], instance, '{"log": 0}', LOG)

    assert places == {"log": 1}


def test_an_address_that_is_added_later_is_not_told_history(
    instance: dg.DagsterInstance, webhook: Webhook
):
    cursor = tick(sensor("alert_runs"), instance, None)
    fail(instance, "history")
    cursor = tick(sensor("alert_runs"), instance, cursor)
    with_webhook = sensor("alert_runs", webhook.url)
    cursor = tick(with_webhook, instance, cursor)
    fail(instance, "news")

    tick(with_webhook, instance, cursor)

    assert reasons(webhook.taken) == ["news"]
