"""What `dbt docs` shows: every table and column described, and who uses them."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from analytics_assets.lib.dbt.layers import dbt_layers
from analytics_assets.lib.dbt.manifest import fresh_manifest

from analytics_assets.settings import PROJECT_ROOT, load_settings

Manifest = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def manifest() -> Manifest:
    return json.loads(fresh_manifest(load_settings({})).read_text())


def tables(manifest: Manifest) -> Iterator[dict[str, Any]]:
    for node in (*manifest["nodes"].values(), *manifest["sources"].values()):
        if node["resource_type"] in ("model", "seed", "source"):
            yield node


def test_every_table_says_what_one_row_is(manifest: Manifest):
    assert [
        node["unique_id"]
        for node in tables(manifest)
        if not node["description"].startswith("One row per ")
    ] == []


def test_every_column_is_described(manifest: Manifest):
    described = [(node, column) for node in tables(manifest) for column in node["columns"].values()]

    assert len(described) > 250
    assert [
        f"{node['unique_id']}.{column['name']}"
        for node, column in described
        if not column["description"].strip()
    ] == []


def test_every_exposure_says_who_uses_what(manifest: Manifest):
    used = set()
    for exposure in manifest["exposures"].values():
        assert exposure["description"].strip(), exposure["name"]
        assert exposure["owner"]["name"], exposure["name"]
        used |= set(exposure["depends_on"]["nodes"])

    readme = (PROJECT_ROOT / "README.md").read_text()
    public = set(re.findall(r"^\| `(\w+\.\w+)` \|", readme, re.M))
    names = {node["unique_id"]: f"{node['schema']}.{node['name']}" for node in tables(manifest)}
    assert len(public) == 13
    assert public <= {names[node] for node in used}


def test_exposures_make_no_asset(manifest: Manifest):
    keys = {
        key.to_user_string()
        for layer in dbt_layers(fresh_manifest(load_settings({})))
        for key in layer.keys
    }

    assert {e["name"] for e in manifest["exposures"].values()} & keys == set()
    assert keys == {
        node["name"]
        for node in tables(manifest)
        if node["resource_type"] != "source" and node["config"]["materialized"] != "ephemeral"
    }
