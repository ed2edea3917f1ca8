"""Addresses hold secrets: they appear nowhere, whatever goes wrong."""

import logging

import apprise
import dagster as dg
import pytest
from pydantic import SecretStr
from ticks import DAGSTER_URL, sensor, tick
from webhook import Webhook

from analytics_assets.defs.automation.alert_delivery import (
    AddressChannel,
    Alert,
    address_channels,
)
from analytics_assets.defs.automation.alerts import alert_sensors
from analytics_assets.settings import SettingsError

SECRET = "T0pS3cretT0ken"


@pytest.mark.parametrize(
    "url",
    [
        f"slack://{SECRET}/too-few-parts",
        f"https://hooks.example.com/{SECRET}",
        SECRET,
        f"json://127.0.0.1:not-a-port/{SECRET}:\0",
    ],
)
def test_an_address_that_is_none_is_refused_by_place_without_being_shown(
    url: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
):
    caplog.set_level(logging.DEBUG)

    with pytest.raises(SettingsError, match="ANALYTICS_ALERT_URL: address 2 ") as refused:
        alert_sensors([SecretStr("json://127.0.0.1"), SecretStr(url)], DAGSTER_URL)

    shown = str(refused.value) + repr(refused.value) + caplog.text + "".join(capfd.readouterr())
    assert SECRET not in shown
    assert refused.value.__cause__ is None


@pytest.mark.parametrize("status", [200, 403])
def test_no_log_message_cursor_or_repr_shows_an_address(
    instance: dg.DagsterInstance,
    webhook: Webhook,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    status: int,
):
    caplog.set_level(logging.DEBUG)
    webhook.status = status
    address = webhook.url.replace("json://", f"json://user:{SECRET}@").replace("hook", SECRET)
    refused = f"json://127.0.0.1:1/{SECRET}?cto=0.5&rto=0.5"
    run_failures = sensor("alert_runs", address, refused)
    cursor = tick(run_failures, instance, None)

    @dg.job
    def nightly() -> None:
        pass

    instance.report_run_failed(instance.create_run_for_job(nightly), "failed")
    cursor = tick(run_failures, instance, cursor)

    received = repr(webhook.taken + webhook.refused)
    channels = repr(address_channels([SecretStr(address)]))
    assert "Failed: nightly" in received
    assert SECRET not in received + channels + cursor + caplog.text + "".join(capfd.readouterr())


def test_a_service_that_raises_is_one_that_did_not_take_the_alert():
    class Raising(apprise.Apprise):
        def notify(self, *_: object, **__: object) -> apprise.AppriseResult:
            raise OSError(SECRET)

    channel = AddressChannel("Chat 1", Raising())

    assert channel.send(Alert("title", "body", "failure")) is False
