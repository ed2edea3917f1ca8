"""A blocking check stops what reads its table, and nothing else: by definition and by faults."""

import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import dagster as dg
import duckdb
import pytest
from materialized_shop import Shop, run_job, settings_for, table_hashes

from analytics_assets.definitions import build_definitions
from analytics_assets.defs.automation.jobs import daily_job, data_quality_job, marts_job
from analytics_assets.lib.dbt.runner import BuildResult, DbtRunner
from analytics_assets.lib.warehouse.duckdb import DuckDBSession
from analytics_assets.settings import Settings

Hashes = Mapping[str, tuple[object, ...]]


@pytest.mark.xdist_group("definitions")
def test_every_reader_of_a_blocking_check_is_built_in_another_step(definitions: dg.Definitions):
    graph = definitions.resolve_asset_graph()
    step_of = {
        key: assets.op.name
        for assets in definitions.assets or []
        if isinstance(assets, dg.AssetsDefinition)
        for key in assets.keys
    }
    blocking = {
        spec.asset_key
        for checks in (*(definitions.asset_checks or []), *(definitions.assets or []))
        for spec in getattr(checks, "check_specs", [])
        if spec.blocking
    }

    together = [
        (key.to_user_string(), reader.to_user_string())
        for key in blocking
        for reader in graph.get(key).child_keys
        if step_of.get(reader) == step_of.get(key)
    ]

    assert len(blocking) > 20
    assert together == []


@pytest.fixture
def copy(shop: Shop, tmp_path: Path) -> Settings:
    """Return the settings of a copy of the shop that lands from its own files."""
    shutil.copytree(shop.files, tmp_path / "files")
    settings = settings_for(tmp_path, ANALYTICS_LANDING_DIR=str(tmp_path / "files"))
    shutil.copy(shop.settings.duckdb_path, settings.duckdb_path)
    return settings


def built(result: dg.ExecuteInProcessResult) -> set[str]:
    return {
        event.asset_key.to_user_string()
        for event in result.get_asset_materialization_events()
        if event.asset_key
    }


def failed_blocking(result: dg.ExecuteInProcessResult) -> set[str]:
    """Return the assets that a check stopped; one that only warns this time stops nothing."""
    return {
        check.asset_key.to_user_string()
        for check in result.get_asset_check_evaluations()
        if not check.passed and check.blocking and check.severity is dg.AssetCheckSeverity.ERROR
    }


def downstream(settings: Settings, asset: str) -> set[str]:
    """Return the names of everything built from an asset, directly or not."""
    graph = build_definitions(settings).resolve_asset_graph()
    selected = dg.AssetSelection.assets(asset.split("/")).downstream(include_self=False)
    return {key.path[-1] for key in selected.resolve(graph)}


def stopped_with(settings: Settings, kept: set[str]) -> set[str]:
    """Return ``kept``, whatever is built in one step with any of it, and all that reads those."""
    steps = [
        {key.path[-1] for key in assets.keys}
        for assets in build_definitions(settings).assets or []
        if isinstance(assets, dg.AssetsDefinition)
    ]
    neighbours = set().union(kept, *(step for step in steps if step & kept))
    return neighbours.union(*(downstream(settings, name) for name in neighbours))


def changed(before: Hashes, after: Hashes) -> set[str]:
    return {name.split(".")[1] for name in before if before[name] != after[name]}


def spoil(settings: Settings, tables: Iterable[str]) -> Hashes:
    """Leave one row less in each of the tables, so that a rebuilt one is told from a kept one."""
    with duckdb.connect(settings.duckdb_path) as connection:
        for table in tables:
            connection.execute(
                f"delete from {table} where rowid = (select max(rowid) from {table})"
            )
    return table_hashes(settings.duckdb_path)


def all_built_tables(settings: Settings) -> list[str]:
    return [name for name in table_hashes(settings.duckdb_path) if not name.startswith("raw.")]


@pytest.fixture
def after_building(monkeypatch: pytest.MonkeyPatch) -> Callable[[Settings, str], None]:
    """Double a row of a table as soon as it is built, as a fault in its data would."""

    def plant(settings: Settings, bad_table: str) -> None:
        twice = f"insert into {bad_table} select * from {bad_table} limit 1"
        build, replace = DbtRunner.build, DuckDBSession.replace

        def planting_build(self: DbtRunner, names, *others) -> BuildResult:
            done = build(self, names, *others)
            if bad_table.split(".")[1] in names:
                with duckdb.connect(settings.duckdb_path) as connection:
                    connection.execute(twice)
            return done

        def planting_replace(self: DuckDBSession, table, frame, columns) -> None:
            replace(self, table, frame, columns)
            if table == bad_table:
                self.execute(twice)

        monkeypatch.setattr(DbtRunner, "build", planting_build)
        monkeypatch.setattr(DuckDBSession, "replace", planting_replace)

    return plant


@pytest.mark.slow
@pytest.mark.xdist_group("shop")
@pytest.mark.parametrize(
    "bad_table",
    [
        "staging.stg_orders",
        "staging.stg_products",
        "realtime.enriched_orders",
        "analytics.customer_lifetime_value",
        "analytics.product_affinity",
        "analytics.monthly_cohorts",
    ],
)
def test_a_bad_row_keeps_all_that_is_built_from_it_as_it_was(
    copy: Settings, shop: Shop, after_building, monkeypatch: pytest.MonkeyPatch, bad_table: str
):
    name = bad_table.split(".")[1]
    kept = downstream(copy, name)
    before = spoil(copy, all_built_tables(copy))
    after_building(copy, bad_table)

    result = run_job(copy, marts_job.name)

    assert not result.success
    assert name in failed_blocking(result)
    assert built(result) & kept == set()
    after = table_hashes(copy.duckdb_path)
    assert changed(before, after) & kept == set()
    # What neither reads it nor shares a step with a reader is built all the same.
    others = {table.split(".")[1] for table in all_built_tables(copy)} - stopped_with(copy, kept)
    assert name in others
    assert others <= built(result)

    monkeypatch.undo()
    assert run_job(copy, marts_job.name).success
    assert table_hashes(copy.duckdb_path) == shop.hashes()


@pytest.mark.slow
@pytest.mark.xdist_group("shop")
def test_a_refused_landing_shows_through_no_staging_or_live_table(copy: Settings):
    before = table_hashes(copy.duckdb_path)
    path = copy.landing_dir / "orders.parquet"
    rows = duckdb.sql(
        f"select * replace (case when order_id = (select min(order_id) from '{path}') "
        f"then 150 else discount_percent end as discount_percent) from '{path}'"
    ).to_arrow_table()
    import pyarrow.parquet as pq

    pq.write_table(rows, path)

    result = run_job(copy, daily_job.name)

    assert not result.success
    assert {name for name in built(result) if not name.startswith("raw/")} <= {"rfm_segments"}
    after = table_hashes(copy.duckdb_path)
    assert {name for name in before if before[name] != after[name]} <= {
        "raw.orders",
        "raw.quarantined_rows",
    }


@pytest.mark.slow
@pytest.mark.xdist_group("shop")
def test_the_checks_run_alone_and_build_nothing(copy: Settings):
    good = run_job(copy, data_quality_job.name)
    before = table_hashes(copy.duckdb_path)
    with duckdb.connect(copy.duckdb_path) as connection:
        connection.execute(
            "insert into analytics.monthly_cohorts select * from analytics.monthly_cohorts limit 1"
        )
    bad = run_job(copy, data_quality_job.name)

    assert good.success
    assert built(good) == built(bad) == set()
    assert failed_blocking(bad) == {"monthly_cohorts"}
    assert changed(before, table_hashes(copy.duckdb_path)) == {"monthly_cohorts"}


@pytest.mark.slow
@pytest.mark.xdist_group("shop")
def test_a_broken_model_says_so_first(copy: Settings):
    with duckdb.connect(copy.duckdb_path) as connection:
        connection.execute("alter table staging.rfm_segments drop segment_priority")

    result = run_job(copy, marts_job.name, assets=["customer_segmentation"])

    [failure] = result.get_step_failure_events()
    message = failure.step_failure_data.user_failure_data.description
    assert message.startswith("customer_segmentation: Binder Error:")
    assert "segment_priority" in message
    assert "--vars" not in message
