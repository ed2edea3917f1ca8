"""Snowflake has the graph that DuckDB has: assets, checks, jobs, schedule, sensors, freshness."""

import dagster as dg
import pytest
from emulator.process import Emulator

from analytics_assets import keys
from analytics_assets.definitions import build_definitions
from analytics_assets.settings import load_settings


@pytest.fixture(scope="module")
def on_duckdb(tmp_path_factory: pytest.TempPathFactory) -> dg.RepositoryDefinition:
    path = tmp_path_factory.mktemp("duckdb") / "automated_intelligence.duckdb"
    settings = load_settings({"ANALYTICS_DUCKDB_PATH": str(path)})
    return build_definitions(settings).get_repository_def()


@pytest.fixture(scope="module")
def on_snowflake(
    snowflake_emulator: Emulator, tmp_path_factory: pytest.TempPathFactory
) -> dg.RepositoryDefinition:
    path = tmp_path_factory.mktemp("snowflake") / "automated_intelligence.duckdb"
    environment = snowflake_emulator.environment() | {"ANALYTICS_DUCKDB_PATH": str(path)}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        return build_definitions(load_settings()).get_repository_def()


def test_assets_and_checks_are_the_same(
    on_duckdb: dg.RepositoryDefinition, on_snowflake: dg.RepositoryDefinition
):
    one, other = on_duckdb.asset_graph, on_snowflake.asset_graph

    assert other.get_all_asset_keys() == one.get_all_asset_keys()
    assert other.asset_check_keys == one.asset_check_keys
    for key in one.get_all_asset_keys():
        assert other.get(key).parent_keys == one.get(key).parent_keys
        assert other.get(key).group_name == one.get(key).group_name


def test_only_the_raw_tables_are_observed_and_not_built(on_snowflake: dg.RepositoryDefinition):
    graph = on_snowflake.asset_graph

    assert graph.observable_asset_keys == set(keys.RAW)
    assert graph.get_all_asset_keys() - graph.materializable_asset_keys == set(keys.RAW)


def test_jobs_schedules_and_sensors_are_the_same(
    on_duckdb: dg.RepositoryDefinition, on_snowflake: dg.RepositoryDefinition
):
    for kind in ("job_names", "schedule_defs", "sensor_defs"):
        one, other = (getattr(each, kind) for each in (on_duckdb, on_snowflake))
        assert {getattr(d, "name", d) for d in other} == {getattr(d, "name", d) for d in one}


def test_the_daily_job_observes_raw_and_builds_everything_behind_it(
    on_snowflake: dg.RepositoryDefinition,
):
    job = on_snowflake.get_job("daily_refresh")

    assert job.asset_layer.executable_asset_keys == on_snowflake.asset_graph.get_all_asset_keys()


def test_freshness_is_judged_of_all_that_is_built(
    on_duckdb: dg.RepositoryDefinition, on_snowflake: dg.RepositoryDefinition
):
    for key in on_snowflake.asset_graph.materializable_asset_keys:
        policy = on_snowflake.asset_graph.get(key).freshness_policy
        assert policy is not None
        assert policy == on_duckdb.asset_graph.get(key).freshness_policy
    for key in keys.RAW:
        assert on_snowflake.asset_graph.get(key).freshness_policy is None
