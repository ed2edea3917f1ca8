"""The demonstration shop through every asset, and what must hold of any shop's tables."""

import json
import shutil
from decimal import Decimal

import dagster as dg
import duckdb
import pytest
from materialized_shop import Shop, run_job, settings_for, table_hashes

from analytics_assets.definitions import build_definitions
from analytics_assets.defs.automation.jobs import marts_job
from analytics_assets.lib.tables import tables

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("shop")]


def test_every_asset_is_materialized_and_counted(shop: Shop):
    materialized = {
        event.asset_key: event.step_materialization_data.materialization.metadata
        for event in shop.result.get_asset_materialization_events()
    }

    assert set(materialized) == (
        build_definitions(shop.settings).resolve_asset_graph().get_all_asset_keys()
    )
    rows = {
        name: shop.rows(f"select count(*) from {name}")[0][0]
        for (name,) in shop.rows(
            "select table_schema || '.' || table_name from information_schema.tables"
        )
    }
    for key, metadata in materialized.items():
        if key.path[-1] in ("published_copy", "report"):  # files, not tables
            continue
        schemas = ["raw"] if key.path[0] == "raw" else ["staging", "realtime", "analytics"]
        [count] = [rows[f"{s}.{key.path[-1]}"] for s in schemas if f"{s}.{key.path[-1]}" in rows]
        assert metadata["dagster/row_count"].value == count, key


def test_what_the_shop_planted_is_what_landed(shop: Shop):
    truth = json.loads((shop.files / "ground_truth.json").read_text())
    pages = {
        event.asset_key: event.step_materialization_data.materialization.metadata
        for event in shop.result.get_asset_materialization_events()
    }

    for table, planted in truth["rows"].items():
        if f"raw.{table}" not in tables():
            continue
        [(landed,)] = shop.rows(f"select count(*) from raw.{table}")
        [(quarantined,)] = shop.rows(
            f"select count(*) from raw.quarantined_rows where table_name = '{table}'"
        )
        page = pages[dg.AssetKey(["raw", table])]
        assert landed + quarantined + page["rows_superseded"].value == planted


def test_revenue_of_the_marts_is_the_planted_revenue_to_the_cent(shop: Shop):
    truth = json.loads((shop.files / "ground_truth.json").read_text())["revenue"]

    [(live,)] = shop.rows(
        "select cast(sum(net_revenue) as varchar) from realtime.daily_business_metrics"
    )
    [(of_customers,)] = shop.rows(
        "select cast(sum(gross_revenue) as varchar) from analytics.customer_lifetime_value"
    )
    [(in_cohorts,)] = shop.rows(
        "select cast(sum(cohort_revenue) as varchar) from analytics.monthly_cohorts"
    )

    every, guests = (
        Decimal(truth["all"]["net_amount"]),
        Decimal(truth["without_customer"]["net_amount"]),
    )
    assert Decimal(live) == every
    assert Decimal(of_customers) == every - guests
    before_signup = Decimal(truth["before_signup"]["net_amount"])
    assert Decimal(in_cohorts) == every - guests - before_signup


def test_every_customer_is_in_each_customer_mart_exactly_once(shop: Shop):
    customers = shop.rows("select customer_id from staging.stg_customers order by 1")

    for mart in ("customer_lifetime_value", "customer_segmentation"):
        assert shop.rows(f"select customer_id from analytics.{mart} order by 1") == customers


def test_building_again_gives_the_same_tables(shop: Shop):
    before = shop.hashes()

    assert run_job(shop.settings, marts_job.name).success

    assert shop.hashes() == before


def test_building_at_a_day_equals_building_with_all_later_rows_deleted(
    shop: Shop, tmp_path_factory: pytest.TempPathFactory
):
    """The replay that makes history reproducible, table for table, by hash."""
    day = "2025-03-15"
    replayed = settings_for(tmp_path_factory.mktemp("replayed"))
    truncated = settings_for(tmp_path_factory.mktemp("truncated"))
    for settings in (replayed, truncated):
        shutil.copy(shop.settings.duckdb_path, settings.duckdb_path)
    with duckdb.connect(truncated.duckdb_path) as connection:
        later_items = (
            f"select order_id from raw.orders where cast(order_date as date) > date '{day}'"
        )
        connection.execute(f"delete from raw.order_items where order_id in ({later_items})")
        connection.execute(f"delete from raw.orders where cast(order_date as date) > date '{day}'")
        connection.execute(f"delete from raw.customers where registration_date > date '{day}'")

    assert run_job(replayed, marts_job.name, as_of_date=day).success
    assert run_job(truncated, marts_job.name).success

    at_the_day, without_later_rows = (
        {
            name: value
            for name, value in table_hashes(settings.duckdb_path).items()
            # Raw and realtime, and the two tables they share with staging, know no as_of_date.
            if name.startswith(("staging.", "analytics.")) and not name.startswith("staging.int_")
        }
        for settings in (replayed, truncated)
    )
    assert at_the_day == without_later_rows
    assert at_the_day != {
        name: value for name, value in shop.hashes().items() if name in at_the_day
    }


def test_a_part_of_the_graph_refuses_another_day_than_staging_has(shop: Shop):
    before = shop.hashes()

    result = run_job(
        shop.settings, marts_job.name, as_of_date="2025-06-30", assets=["product_affinity"]
    )

    [failure] = result.get_step_failure_events()
    message = failure.step_failure_data.error_display_string
    assert "asks for as_of_date 2025-06-30, the staging tables stand at 2025-12-31" in message
    assert "--select '+product_affinity'" in message
    assert shop.hashes() == before
