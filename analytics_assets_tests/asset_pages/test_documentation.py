"""What each asset's page says before anything is built."""

import dagster as dg
import pytest

from analytics_assets.definitions import build_definitions
from analytics_assets.defs.contracts import CONTRACTS
from analytics_assets.lib.charts.documentation import declared, documentation, with_pages
from analytics_assets.settings import CATALOG, load_settings

CONTRACT_OF = {contract.table.split(".")[1]: contract for contract in CONTRACTS}


@pytest.fixture(scope="module")
def specs() -> list[dg.AssetSpec]:
    return build_definitions(load_settings({})).resolve_all_asset_specs()


def test_every_table_has_a_page(specs: list[dg.AssetSpec]):
    assert {spec.key.path[-1] for spec in specs} == set(CONTRACT_OF)


def test_every_description_says_what_a_row_is_how_it_is_computed_and_where_more_stands(
    specs: list[dg.AssetSpec],
):
    for spec in specs:
        contract = CONTRACT_OF[spec.key.path[-1]]
        words, pages = (spec.description or "").split("\n\n")
        assert words.startswith("One row per "), spec.key
        assert f"`{contract.meaning}`" in pages, spec.key
        assert f"`docs/tables.md#{contract.table.replace('.', '')}`" in pages, spec.key
        assert "select" not in words.lower().split(), spec.key


def test_every_column_has_its_type_and_its_meaning(specs: list[dg.AssetSpec]):
    for spec in specs:
        contract = CONTRACT_OF[spec.key.path[-1]]
        schema = spec.metadata["dagster/column_schema"]
        assert {c.name: c.type.upper() for c in schema.columns} == dict(contract.columns)
        for column in schema.columns:
            assert len(column.description or "") > 3, (spec.key, column.name)


def test_the_table_is_named_as_in_every_query(specs: list[dg.AssetSpec]):
    for spec in specs:
        table = CONTRACT_OF[spec.key.path[-1]].table
        assert spec.metadata["dagster/table_name"] == f"{CATALOG}.{table}"


def test_an_unknown_table_or_column_says_where_to_describe_it():
    with pytest.raises(KeyError, match=r"analytics.sales is described in no sources.yml.*Add it"):
        documentation("analytics.sales")
    with pytest.raises(KeyError, match=r"raw.orders: no sources.yml describes.*\['colour'\]"):
        declared("raw.orders", {"order_id": "VARCHAR", "colour": "VARCHAR"})


def test_a_description_of_several_lines_is_one_paragraph():
    assert with_pages("One row\n  per day.", "realtime.x", "live").startswith(
        "One row per day.\n\n"
    )
