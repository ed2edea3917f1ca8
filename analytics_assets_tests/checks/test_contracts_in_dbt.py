"""The YAML of the dbt project documents the columns and types that the contracts promise."""

import json

import pytest

from analytics_assets.defs.contracts import CONTRACTS
from analytics_assets.lib.checks.columns import column_differences
from analytics_assets.lib.dbt.manifest import fresh_manifest
from analytics_assets.settings import load_settings


@pytest.fixture(scope="module")
def documented():
    """Return table -> column -> type of every model, seed and source that is a table or view."""
    manifest = json.loads(fresh_manifest(load_settings({})).read_text())
    return {
        f"{node['schema']}.{node['name']}": {
            name: (column["data_type"] or "without a type").upper()
            for name, column in node["columns"].items()
        }
        for node in (*manifest["nodes"].values(), *manifest["sources"].values())
        if node["resource_type"] in ("model", "seed", "source")
        and node["config"].get("materialized") != "ephemeral"
    }


def test_every_table_that_dbt_knows_has_a_contract(documented):
    assert set(documented) == {contract.table for contract in CONTRACTS}


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.table)
def test_the_yaml_documents_the_columns_and_types_of_the_contract(documented, contract):
    # The YAML is the expected side: on the actual one a Snowflake name passes for the same type.
    differences = column_differences(documented[contract.table], contract.columns)
    differences.columns = ["column", "in the YAML", "in the contract"]
    assert differences.empty, f"{contract.table}\n{differences.to_string(index=False)}"
