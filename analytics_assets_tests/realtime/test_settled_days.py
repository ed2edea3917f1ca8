"""Settled days and stale orders, on the tables of a shop that was really built."""

import json
import shutil
from decimal import Decimal
from pathlib import Path

import dagster as dg
import duckdb
import pandas as pd
import pytest
from materialized_shop import Shop, run_job, settings_for, table_hashes

from analytics_assets.defs.automation.jobs import daily_job, marts_job
from analytics_assets.settings import Settings

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("shop")]

DEMAND_ONLY = ("processing", "pending")
REVENUE = ("completed", "shipped", "delivered")


def last_settled_day(orders: pd.DataFrame) -> pd.Timestamp:
    """Return the last settled day of (day, status, cents): plain integers, no SQL."""
    paid = orders[orders.status.isin(REVENUE)].groupby("day").cents.sum()
    still_open = orders[orders.status.isin(DEMAND_ONLY)].groupby("day").cents.sum()
    for day in sorted(orders.day.unique()):
        waiting = int(still_open.get(day, 0))
        if waiting and 20 * waiting >= waiting + int(paid.get(day, 0)):
            return day - pd.Timedelta(days=1)
    return orders.day.max()


def test_the_settled_days_are_those_of_the_ground_truth(shop: Shop):
    truth = json.loads((shop.files / "ground_truth.json").read_text())["open_orders"]

    [(orders, amount, first, settled, newest)] = shop.rows(
        "select sum(open_orders), sum(open_amount), min(order_day) filter (open_orders > 0), "
        "max(order_day) filter (is_settled), max(order_day) from realtime.daily_business_metrics"
    )

    assert (orders, amount) == (truth["orders"], Decimal(truth["net_amount"]))
    assert (str(first), str(settled)) == (truth["first_day"], truth["last_settled_day"])
    assert settled < newest


def test_the_settled_days_are_those_of_the_raw_orders(shop: Shop):
    raw = pd.DataFrame(
        shop.rows(
            "select cast(order_date as date), lower(trim(order_status)), "
            "cast(round(total_amount * (100 - coalesce(discount_percent, 0)), 0) as bigint) "
            "from raw.orders"
        ),
        columns=["day", "status", "cents"],
    ).assign(day=lambda rows: pd.to_datetime(rows.day))

    [(settled,)] = shop.rows(
        "select max(order_day) filter (is_settled) from realtime.daily_business_metrics"
    )

    assert pd.Timestamp(settled) == last_settled_day(raw[raw.cents > 0])


def test_the_finding_compares_settled_days(shop: Shop):
    daily = pd.DataFrame(
        shop.rows("select order_day, net_revenue, is_settled from realtime.daily_business_metrics"),
        columns=["day", "revenue", "settled"],
    ).set_index("day")
    until = pd.Timestamp(daily.index[daily.settled].max())
    daily.index = pd.to_datetime(daily.index)
    revenue = daily.revenue.astype(float)
    last = revenue[(daily.index > until - pd.Timedelta(days=28)) & (daily.index <= until)].sum()
    before = revenue[
        (daily.index > until - pd.Timedelta(days=56))
        & (daily.index <= until - pd.Timedelta(days=28))
    ].sum()
    change = last / before - 1

    finding = page_of(shop.result, "daily_business_metrics")["finding"].value

    assert (
        finding.startswith(
            f"Revenue of the last 28 settled days (to {until.day} {until:%b %Y}) is "
            f"{abs(change):.0%}".replace("%", " %")
        )
        or f"{100 * abs(change):.1f} %" in finding
    )
    assert ("above" if change > 0 else "below") in finding


def page_of(result: dg.ExecuteInProcessResult, name: str):
    return next(
        event.step_materialization_data.materialization.metadata
        for event in result.get_asset_materialization_events()
        if event.asset_key.path[-1] == name
    )


@pytest.fixture
def copy(shop: Shop, tmp_path: Path) -> Settings:
    settings = settings_for(tmp_path, ANALYTICS_LANDING_DIR=str(shop.files))
    shutil.copy(shop.settings.duckdb_path, settings.duckdb_path)
    return settings


def marts_of(settings: Settings) -> dict[str, tuple[object, ...]]:
    hashes = table_hashes(settings.duckdb_path)
    return {name: value for name, value in hashes.items() if name.startswith("analytics.")}


def failed(result: dg.ExecuteInProcessResult) -> dict[str, str]:
    """Return check name -> description of every check whose failure stops or fails the run."""
    return {
        check.check_name: str(check.description)
        for check in result.get_asset_check_evaluations()
        if not check.passed and check.severity is dg.AssetCheckSeverity.ERROR
    }


def days_after_the_newest(settings: Settings, days: int) -> tuple[str, str]:
    with duckdb.connect(settings.duckdb_path) as connection:
        [(newest,)] = connection.execute("select max(order_day) from staging.stg_orders").fetchall()
    return str(newest), str((pd.Timestamp(newest) + pd.Timedelta(days=days)).date())


def test_stale_orders_stop_the_run_with_one_message_and_the_marts_stay(copy: Settings):
    before = marts_of(copy)
    newest, later = days_after_the_newest(copy, 30)

    result = run_job(copy, marts_job.name, later)

    assert not result.success
    messages = failed(result)
    assert set(messages) == {"the_orders_are_not_stale"}, messages
    message = messages["the_orders_are_not_stale"]
    for part in (newest, later, "30 days", "stale_after_days is 7", "Next: "):
        assert part in message
    assert len(before) > 10
    assert marts_of(copy) == before


@pytest.mark.parametrize(("days", "warns"), [(3, False), (7, True)])
def test_orders_that_are_a_few_days_old_build_the_marts(copy: Settings, days: int, warns: bool):
    _, later = days_after_the_newest(copy, days)

    result = run_job(copy, marts_job.name, later)

    assert result.success, failed(result)
    warned = {c.check_name for c in result.get_asset_check_evaluations() if not c.passed}
    assert ("the_orders_are_not_stale" in warned) is warns
    with duckdb.connect(copy.duckdb_path) as connection:
        days_built = connection.execute(
            "select distinct as_of_date from analytics.customer_lifetime_value"
        ).fetchall()
    assert [str(day) for (day,) in days_built] == [later]


def test_a_demonstration_that_ends_yesterday_is_no_stale_one(tmp_path: Path):
    yesterday = (pd.Timestamp.now() - pd.Timedelta(days=1)).date()
    settings = settings_for(tmp_path, ANALYTICS_DEMO_SCALE="0.02", ANALYTICS_DEMO_END="yesterday")

    result = run_job(settings, daily_job.name, str(yesterday))

    assert result.success, failed(result)
    with duckdb.connect(settings.duckdb_path) as connection:
        [newest] = connection.execute("select max(order_day) from realtime.fact_orders").fetchall()
        [settled] = connection.execute(
            "select max(order_day) from analytics.daily_sales where is_settled"
        ).fetchall()
    assert newest == (yesterday,)
    assert settled < newest
