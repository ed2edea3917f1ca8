"""Which columns a model's columns are made from, read from the SQL that dbt compiled."""

import logging
from collections.abc import Mapping
from typing import Any

import dagster as dg
from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError
from sqlglot.lineage import lineage

from analytics_assets.lib.tables import Manifest, asset_key, table_name

_LOG = logging.getLogger(__name__)


def column_lineage(manifest: Manifest, unique_id: str, sql: str) -> dict[str, Any]:
    """Return the metadata that shows the lineage of each column of a model.

    Empty for a seed, and for SQL that sqlglot cannot resolve: the table is right all the same.
    """
    node = manifest["nodes"][unique_id]
    if not sql:
        return {}
    nodes = {**manifest["nodes"], **manifest["sources"]}
    parents = {table_name(nodes[parent]): nodes[parent] for parent in node["depends_on"]["nodes"]}
    dialect = manifest["metadata"]["adapter_type"]
    schema: dict[str, Any] = {}
    for parent_name, parent in parents.items():
        schema_name, _, name = parent_name.partition(".")
        columns = {column: spec["data_type"] for column, spec in parent["columns"].items()}
        schema.setdefault(schema_name, {})[name] = columns
    try:
        query = parse_one(sql, dialect=dialect)
        for table in query.find_all(exp.Table):
            table.set("catalog", None)
        roots = lineage(None, query, schema, dialect=dialect)
        deps = {column: _leaves(root, parents) for column, root in roots.items()}
    except SqlglotError:
        _LOG.info("%s has no column lineage: its SQL could not be resolved", node["name"])
        return {}
    made = {name: found for name, found in deps.items() if found and name in node["columns"]}
    return {"dagster/column_lineage": dg.TableColumnLineage(made)} if made else {}


def _leaves(root: Any, parents: Mapping[str, Mapping[str, Any]]) -> list[dg.TableColumnDep]:
    found = {}
    for node in root.walk():
        if isinstance(node.expression, exp.Table):
            parent = parents.get(f"{node.expression.db}.{node.expression.name}")
            column = node.name.rpartition(".")[2].strip('"').lower()
            if parent and column in parent["columns"]:
                found[parent["unique_id"], column] = dg.TableColumnDep(asset_key(parent), column)
    return list(found.values())
