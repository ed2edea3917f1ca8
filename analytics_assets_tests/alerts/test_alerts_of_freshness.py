"""The states come from Dagster's own freshness daemon, an asset at a time and at a set hour."""

import asyncio
import datetime

import dagster as dg
import pytest
from dagster._core.loader import LoadingContextForTest
from dagster._core.test_utils import freeze_time
from dagster._daemon.freshness import FreshnessDaemon
from ticks import DAGSTER_URL, sensor, tick
from webhook import Webhook

BUILT = datetime.datetime(2025, 6, 1, 2, 10, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)
POLICY = dg.FreshnessPolicy.time_window(fail_window=30 * HOUR, warn_window=26 * HOUR)


@dg.asset(freshness_policy=POLICY)
def stg_orders() -> None:
    pass


@dg.asset(key=["raw", "orders"], freshness_policy=POLICY)
def raw_orders() -> None:
    pass


def build(instance: dg.DagsterInstance, at: datetime.datetime) -> None:
    with freeze_time(at):
        dg.materialize([raw_orders, stg_orders], instance=instance)


def judge(instance: dg.DagsterInstance, at: datetime.datetime) -> None:
    graph = dg.Definitions(assets=[raw_orders, stg_orders]).resolve_asset_graph()
    for asset in (raw_orders.key, stg_orders.key):
        with freeze_time(at):
            evaluation = FreshnessDaemon()._evaluate_asset(
                LoadingContextForTest(instance), graph.get(asset)
            )
            asyncio.run(evaluation)


@pytest.fixture
def freshness(webhook: Webhook) -> dg.SensorDefinition:
    return sensor("alert_freshness", webhook.url)


def test_tables_that_become_too_old_together_are_one_message(
    instance: dg.DagsterInstance, webhook: Webhook, freshness: dg.SensorDefinition
):
    build(instance, BUILT)
    judge(instance, BUILT + HOUR)
    cursor = tick(freshness, instance, None)
    judge(instance, BUILT + 31 * HOUR)

    tick(freshness, instance, cursor)

    [alert] = webhook.taken
    assert alert["title"] == "Tables are too old"
    assert alert["type"] == "failure"
    assert alert["message"].splitlines() == [
        "raw/orders: FAIL, was PASS, last built 2025-06-01 02:10 UTC; "
        f"{DAGSTER_URL}/assets/raw/orders",
        "stg_orders: FAIL, was PASS, last built 2025-06-01 02:10 UTC; "
        f"{DAGSTER_URL}/assets/stg_orders",
    ]


def test_each_change_is_told_once_down_to_the_recovery(
    instance: dg.DagsterInstance, webhook: Webhook, freshness: dg.SensorDefinition
):
    cursor = tick(freshness, instance, None)
    build(instance, BUILT)
    for hours in (1, 2, 27, 28, 31, 32):
        judge(instance, BUILT + hours * HOUR)
        cursor = tick(freshness, instance, cursor)
    build(instance, BUILT + 33 * HOUR)
    for hours in (34, 35):
        judge(instance, BUILT + hours * HOUR)
        cursor = tick(freshness, instance, cursor)

    assert [(alert["title"], alert["type"]) for alert in webhook.taken] == [
        ("Tables will soon be too old", "warning"),
        ("Tables are too old", "failure"),
        ("Tables are fresh again", "success"),
    ]
