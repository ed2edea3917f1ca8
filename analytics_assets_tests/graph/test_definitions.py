import inspect
import json

import dagster as dg
import pytest
from analytics_assets.lib.dbt.manifest import fresh_manifest

from analytics_assets import keys
from analytics_assets.definitions import build_definitions
from analytics_assets.settings import load_settings

GROUPS = {
    keys.RAW_GROUP,
    keys.STAGING_GROUP,
    keys.LIVE_GROUP,
    keys.CUSTOMER_GROUP,
    keys.PRODUCT_GROUP,
    keys.COHORT_GROUP,
}


@pytest.fixture(scope="module")
def definitions() -> dg.Definitions:
    return build_definitions(load_settings({}))


@pytest.fixture(scope="module")
def manifest() -> dict[str, dict[str, dict[str, str]]]:
    return json.loads(fresh_manifest(load_settings({})).read_text())


def test_every_asset_is_made_here_and_none_is_unexpectedly_external(definitions: dg.Definitions):
    graph = definitions.resolve_asset_graph()

    assert {key for key in graph.get_all_asset_keys() if graph.get(key).is_external} == set()


def test_every_model_and_seed_is_one_asset_of_one_definition(
    definitions: dg.Definitions, manifest: dict[str, dict[str, dict[str, str]]]
):
    expected = sorted(
        node["name"]
        for node in manifest["nodes"].values()
        if node["resource_type"] in ("model", "seed")
        and node["config"]["materialized"] != "ephemeral"
    )

    in_definitions = sorted(
        key.to_user_string()
        for assets in definitions.assets or []
        if assets.op.name.startswith("dbt_")
        for key in assets.keys
    )

    assert in_definitions == expected


def test_every_asset_has_a_group_an_owner_a_kind_a_version_and_says_what_a_row_is(
    definitions: dg.Definitions,
):
    specs = definitions.resolve_all_asset_specs()

    for spec in specs:
        name = spec.key.to_user_string()
        assert spec.group_name in GROUPS, name
        assert spec.owners == keys.OWNERS, name
        assert spec.kinds, name
        assert spec.code_version, name
        assert (spec.description or "").startswith("One row per"), name
        assert spec.metadata["dagster/table_name"], name
    assert {spec.group_name for spec in specs} == GROUPS


def test_keys_are_names_without_schemas(definitions: dg.Definitions):
    for spec in definitions.resolve_all_asset_specs():
        if spec.group_name == keys.RAW_GROUP:
            assert spec.key.path[0] == "raw"
        else:
            assert len(spec.key.path) == 1


def test_the_python_assets_stand_between_the_dbt_layers(definitions: dg.Definitions):
    graph = definitions.resolve_asset_graph()

    assert keys.STG_ORDERS in graph.get(keys.PRODUCT_AFFINITY).parent_keys
    assert keys.PRODUCT_AFFINITY in graph.get(dg.AssetKey("product_recommendations")).parent_keys
    assert keys.STG_ORDERS in graph.get(keys.MONTHLY_COHORTS).parent_keys
    assert keys.RAW_ORDERS in graph.get(dg.AssetKey("enriched_orders")).parent_keys
    assert keys.STG_CLOCK not in graph.get(dg.AssetKey("fact_orders")).parent_keys


def test_a_fresh_manifest_is_not_parsed_again(monkeypatch: pytest.MonkeyPatch):
    settings = load_settings({})
    path = fresh_manifest(settings)
    before = path.stat().st_mtime_ns
    monkeypatch.setattr("subprocess.run", None)

    assert fresh_manifest(settings).stat().st_mtime_ns == before


def test_what_dbt_is_spared_is_still_where_dagster_dbt_looks_for_it():
    """The overrides are of private names: this fails when dagster-dbt renames one."""
    from importlib.metadata import version

    from dagster_dbt import DbtCliResource

    dbt = (build_definitions(load_settings({})).resources or {})["dbt"]

    assert str(dbt._cli_version) == version("dbt-core")
    assert "_cli_version" in vars(DbtCliResource)
    assert "_initialize_dbt_core_adapter" in vars(DbtCliResource)
    source = inspect.getsource(DbtCliResource.cli)
    assert "self._cli_version" in source
    assert "self._initialize_dbt_core_adapter(" in source
