"""What the Dagster UI shows of the graph before anything is built."""

from pathlib import Path

import dagster as dg
import pytest

from analytics_assets import defs
from analytics_assets.defs.published.assets import COPY, REPORT
from analytics_assets.lib.dbt.project import manifest_path
from analytics_assets.lib.tables import OWNERS, tables
from analytics_assets.settings import load_settings

# What people read is a file, no table of the warehouse.
FILES = {COPY, REPORT}
ROOMS = {path.parent.name for path in Path(defs.__path__[0]).glob("*/__init__.py")} - {
    "automation",
    "published",
}


pytestmark = pytest.mark.xdist_group("definitions")


def test_every_described_table_is_one_asset_and_none_is_external(definitions: dg.Definitions):
    graph = definitions.resolve_asset_graph()

    assert {key for key in graph.get_all_asset_keys() if graph.get(key).is_external} == set()
    assert graph.get_all_asset_keys() - FILES == {made.asset_key for made in tables().values()}


def test_every_asset_says_who_it_belongs_to_and_what_a_row_and_each_column_is(
    definitions: dg.Definitions,
):
    specs = [spec for spec in definitions.resolve_all_asset_specs() if spec.key not in FILES]

    for spec in specs:
        name = spec.key.to_user_string()
        assert spec.group_name in ROOMS, name
        assert spec.key.path[:-1] == (["raw"] if spec.group_name == "raw" else []), name
        assert spec.owners == OWNERS, name
        assert spec.kinds, name
        assert (spec.description or "").startswith("One row per"), name
        assert spec.metadata["dagster/table_name"].startswith("automated_intelligence."), name
        schema = spec.metadata["dagster/column_schema"]
        schema = getattr(schema, "schema", schema)
        assert schema.columns, name
        for column in schema.columns:
            assert column.type, (name, column.name)
            assert (column.description or "").strip(), (name, column.name)
        keyed = [c.name for c in schema.columns if c.constraints.unique]
        keyed = keyed or schema.constraints.other
        assert keyed or name == "raw/quarantined_rows" or name.startswith("int_"), name
    assert {spec.group_name for spec in specs} == ROOMS


def test_python_and_dbt_assets_are_one_graph(definitions: dg.Definitions):
    graph = definitions.resolve_asset_graph()

    def parents(name: str) -> set[str]:
        return {key.to_user_string() for key in graph.get(dg.AssetKey(name)).parent_keys}

    assert "stg_orders" in parents("product_affinity")
    assert "product_affinity" in parents("product_recommendations")
    assert "stg_orders" in parents("monthly_cohorts")
    # What the orders' checks stop shows in no realtime table.
    assert "stg_orders" in parents("enriched_orders")


def test_a_manifest_that_matches_the_files_is_not_parsed_again(monkeypatch: pytest.MonkeyPatch):
    settings = load_settings({})
    path = manifest_path(settings)
    before = path.stat().st_mtime_ns
    monkeypatch.setattr("analytics_assets.lib.dbt.project.parse", None)

    assert manifest_path(settings).stat().st_mtime_ns == before
