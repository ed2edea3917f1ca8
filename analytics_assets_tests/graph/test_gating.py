"""A bad row stops what is built from it and nothing else, layer by layer."""

import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pandas as pd
import pytest
from materialized_shop import Shop, run_job, settings_for, table_hashes

from analytics_assets.defs.automation.jobs import daily_job, data_quality_job, marts_job
from analytics_assets.lib.dbt import layers
from analytics_assets.lib.warehouse.duckdb import DuckDBSession
from analytics_assets.settings import PROJECT_ROOT, Settings

pytestmark = pytest.mark.slow

TWICE = "insert into {table} select * from {table} limit 1"
CUSTOMER = {
    "analytics.customer_lifetime_value",
    "analytics.customer_segmentation",
    "analytics.segment_migration",
    "analytics.revenue_bridge",
}
PRODUCT = {"analytics.product_affinity", "analytics.product_recommendations"}
COHORT = {"analytics.monthly_cohorts"}


@pytest.fixture
def copy(shop: Shop, tmp_path: Path) -> Settings:
    """Return the settings of a copy of the shop that lands from its own files."""
    files = tmp_path / "files"
    shutil.copytree(shop.settings.data_dir / "demo_shop", files)
    settings = settings_for(tmp_path, ANALYTICS_LANDING_DIR=str(files))
    shutil.copy(shop.settings.duckdb_path, settings.duckdb_path)
    return settings


def execute(settings: Settings, *statements: str) -> None:
    with duckdb.connect(settings.duckdb_path) as connection:
        for statement in statements:
            connection.execute(statement)


def failed_blocking_checks(result: dg.ExecuteInProcessResult) -> set[tuple[str, str]]:
    return {
        (check.asset_key.to_user_string(), check.check_name)
        for check in result.get_asset_check_evaluations()
        if not check.passed and check.blocking
    }


def built(result: dg.ExecuteInProcessResult) -> set[str]:
    return {
        event.asset_key.to_user_string()
        for event in result.get_asset_materialization_events()
        if event.asset_key
    }


def unchanged(
    before: Mapping[str, tuple[object, ...]], settings: Settings, tables: set[str]
) -> bool:
    after = table_hashes(settings.duckdb_path)
    return {name: before[name] for name in tables} == {name: after[name] for name in tables}


def overwrite_marts(settings: Settings) -> dict[str, tuple[object, ...]]:
    """Leave yesterday's mark in every mart, so that a rebuilt table is told from a kept one."""
    execute(
        settings,
        "update analytics.customer_lifetime_value set customer_name = 'yesterday'",
        "update analytics.customer_segmentation set customer_name = 'yesterday'",
        "update analytics.segment_migration set customers = -1",
        "update analytics.revenue_bridge set orders = -1",
        "update analytics.product_affinity set product_a_name = 'yesterday'",
        "update analytics.product_recommendations set source_product_name = 'yesterday'",
        "update analytics.monthly_cohorts set cohort_health = 'yesterday'",
    )
    return table_hashes(settings.duckdb_path)


def plant_in_orders_file(settings: Settings) -> None:
    assert settings.landing_dir
    path = settings.landing_dir / "orders.parquet"
    rows = duckdb.sql(
        f"select * replace (case when order_id = (select min(order_id) from '{path}') "
        f"then 150 else discount_percent end as discount_percent) from '{path}'"
    ).to_arrow_table()
    import pyarrow.parquet as pq

    pq.write_table(rows, path)


def test_a_bad_raw_row_stops_everything_that_is_built_from_raw(copy: Settings, shop: Shop):
    before = overwrite_marts(copy)
    plant_in_orders_file(copy)

    result = run_job(copy, daily_job.name)

    assert not result.success
    assert failed_blocking_checks(result) == {("raw/orders", "discount_percent_is_in_range")}
    assert {name for name in built(result) if not name.startswith("raw/")} == set()
    assert unchanged(before, copy, CUSTOMER | PRODUCT | COHORT)

    assert copy.landing_dir
    good = shop.settings.data_dir / "demo_shop" / "orders.parquet"
    shutil.copy(good, copy.landing_dir / "orders.parquet")
    assert run_job(copy, daily_job.name).success
    assert table_hashes(copy.duckdb_path) == shop.hashes()


def test_a_bad_staging_row_stops_the_marts_and_not_the_live_tier(copy: Settings, shop: Shop):
    before = overwrite_marts(copy)
    execute(copy, TWICE.format(table="raw.orders"))

    result = run_job(copy, marts_job.name)

    assert not result.success
    assert ("stg_orders", "order_id_is_unique") in failed_blocking_checks(result)
    assert {"enriched_orders", "fact_orders", "daily_business_metrics"} <= built(result)
    assert unchanged(before, copy, CUSTOMER | PRODUCT | COHORT)

    assert run_job(copy, daily_job.name).success
    assert table_hashes(copy.duckdb_path) == shop.hashes()


@pytest.fixture
def plant_after_building(copy: Settings, monkeypatch: pytest.MonkeyPatch) -> Any:
    def plant(bad_model: str) -> None:
        described = layers.described

        def planting(*args: Any, **named: Any) -> Iterator[dg.Output[Any]]:
            outputs = list(described(*args, **named))
            if any(output.output_name == bad_model for output in outputs):
                execute(copy, TWICE.format(table=f"analytics.{bad_model}"))
            yield from outputs

        monkeypatch.setattr(layers, "described", planting)

    return plant


def test_a_bad_customer_row_stops_nothing_but_fails_the_run(
    copy: Settings, plant_after_building: Any
):
    before = overwrite_marts(copy)
    plant_after_building("customer_lifetime_value")

    result = run_job(copy, marts_job.name)

    assert not result.success
    assert ("customer_lifetime_value", "customer_id_is_unique") in failed_blocking_checks(result)
    assert {"product_recommendations", "monthly_cohorts", "fact_orders"} <= built(result)
    after = table_hashes(copy.duckdb_path)
    assert all(after[name] != before[name] for name in PRODUCT | COHORT)


def test_a_bad_customer_month_stops_the_cohorts_only_until_the_next_run(
    copy: Settings, plant_after_building: Any, monkeypatch: pytest.MonkeyPatch, shop: Shop
):
    before = overwrite_marts(copy)
    plant_after_building("customer_months")

    result = run_job(copy, marts_job.name)

    assert not result.success
    assert {name for name, _ in failed_blocking_checks(result)} == {"customer_months"}
    assert "monthly_cohorts" not in built(result)
    assert unchanged(before, copy, COHORT)
    after = table_hashes(copy.duckdb_path)
    assert all(after[name] != before[name] for name in CUSTOMER | PRODUCT)

    monkeypatch.undo()
    assert run_job(copy, marts_job.name).success
    assert table_hashes(copy.duckdb_path) == shop.hashes()


@pytest.fixture
def plant_after_replacing(monkeypatch: pytest.MonkeyPatch) -> Any:
    def plant(bad_table: str) -> None:
        replace = DuckDBSession.replace

        def planting(
            self: DuckDBSession, table: str, frame: pd.DataFrame, columns: Mapping[str, str]
        ) -> None:
            replace(self, table, frame, columns)
            if table == bad_table:
                self.execute(TWICE.format(table=table))

        monkeypatch.setattr(DuckDBSession, "replace", planting)

    return plant


def test_a_bad_pair_stops_the_recommendations_only(
    copy: Settings, plant_after_replacing: Any, monkeypatch: pytest.MonkeyPatch, shop: Shop
):
    before = overwrite_marts(copy)
    plant_after_replacing("analytics.product_affinity")

    result = run_job(copy, marts_job.name)

    assert not result.success
    assert {name for name, _ in failed_blocking_checks(result)} == {"product_affinity"}
    assert "product_recommendations" not in built(result)
    assert unchanged(before, copy, {"analytics.product_recommendations"})
    after = table_hashes(copy.duckdb_path)
    assert all(after[name] != before[name] for name in CUSTOMER | COHORT)

    monkeypatch.undo()
    assert run_job(copy, marts_job.name).success
    assert table_hashes(copy.duckdb_path) == shop.hashes()


def test_a_bad_cohort_row_fails_the_run_and_stops_no_other_branch(
    copy: Settings, plant_after_replacing: Any
):
    before = overwrite_marts(copy)
    plant_after_replacing("analytics.monthly_cohorts")

    result = run_job(copy, marts_job.name)

    assert not result.success
    assert {name for name, _ in failed_blocking_checks(result)} == {"monthly_cohorts"}
    after = table_hashes(copy.duckdb_path)
    assert all(after[name] != before[name] for name in CUSTOMER | PRODUCT)


def test_the_command_line_exits_1_and_names_the_check(copy: Settings):
    plant_in_orders_file(copy)

    command = [str(Path(sys.executable).parent / "dagster"), "asset", "materialize"]
    done = subprocess.run(
        [*command, "-m", "analytics_assets.definitions", "--select", "*"],
        cwd=PROJECT_ROOT,
        env={
            "PATH": "/usr/bin:/bin",
            "ANALYTICS_DUCKDB_PATH": str(copy.duckdb_path),
            "ANALYTICS_LANDING_DIR": str(copy.landing_dir),
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "discount_percent_is_in_range" in done.stdout + done.stderr


def test_the_checks_run_alone_and_build_nothing(copy: Settings):
    before = table_hashes(copy.duckdb_path)

    good = run_job(copy, data_quality_job.name)
    execute(copy, TWICE.format(table="analytics.monthly_cohorts"))
    bad = run_job(copy, data_quality_job.name)

    assert good.success
    assert built(good) == built(bad) == set()
    assert not bad.success
    failed = {name for name, _ in failed_blocking_checks(bad)}
    assert failed == {"monthly_cohorts"}
    assert unchanged(before, copy, CUSTOMER | PRODUCT)


def test_warnings_are_visible_and_fail_nothing(shop: Shop):
    warned = {
        (check.asset_key.to_user_string(), check.check_name)
        for check in shop.result.get_asset_check_evaluations()
        if not check.passed
    }

    assert shop.result.success
    assert {
        ("raw/quarantined_rows", "no_row_is_quarantined"),
        ("raw/order_items", "every_line_belongs_to_an_order"),
        ("stg_orders", "every_status_is_known"),
        ("stg_orders", "no_order_is_before_its_customer_signed_up"),
    } <= warned
