"""Settled days and stale orders, on the tables of a shop that was really built."""

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


def test_the_settled_days_are_those_of_the_ground_truth(shop: Shop):
    truth = shop.truth["open_orders"]

    [(orders, amount, first, settled, newest)] = shop.rows(
        "select sum(open_orders), sum(open_amount), min(order_day) filter (open_orders > 0), "
        "max(order_day) filter (is_settled), max(order_day) from realtime.daily_business_metrics"
    )

    assert (orders, amount) == (truth["orders"], Decimal(truth["net_amount"]))
    assert (str(first), str(settled)) == (truth["first_day"], truth["last_settled_day"])
    assert settled < newest


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
