"""Every table as dbt's YAML describes it: columns, types, meaning, key. Nothing is typed twice.

The manifest of the dbt project is the one source: of dbt's own models and seeds, and of the tables
that Python or a landing fills, which stand there as sources.
"""

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg

from analytics_assets.lib.dbt.project import manifest_path
from analytics_assets.settings import CATALOG, Settings, load_settings

OWNERS = ["team:analytics"]

Manifest = Mapping[str, Any]


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes:
        type: SQL type in lower case, such as ``decimal(18,2)``.
        description: what it means, its unit, and what NULL means.
        constraints: what the YAML demands of it: ``not_null``, ``unique``, or the expression of a
            ``check``.
    """

    type: str
    description: str
    constraints: tuple[str, ...]

    @property
    def not_null(self) -> bool:
        """Whether it never is NULL."""
        return "not_null" in self.constraints


@dataclass(frozen=True)
class Table:
    """One table of the warehouse.

    Attributes:
        name: ``schema.name``.
        asset_key: the key of the asset that makes it.
        group: the room that it belongs to.
        description: what one row is and how it is made.
        columns: name -> column, in order.
        key: the columns that tell its rows apart.
        made_by_dbt: whether dbt builds it, and so holds it to columns, types and not-null itself.
    """

    name: str
    asset_key: dg.AssetKey
    group: str
    description: str
    columns: Mapping[str, Column]
    key: tuple[str, ...]
    made_by_dbt: bool

    @property
    def types(self) -> dict[str, str]:
        """Column name -> SQL type, in order."""
        return {name: column.type for name, column in self.columns.items()}

    @property
    def schema(self) -> dg.TableSchema:
        """The columns as the Dagster UI shows them: type, meaning, constraints."""
        single_key = self.key if len(self.key) == 1 else ()
        return dg.TableSchema(
            columns=[
                dg.TableColumn(
                    name,
                    column.type,
                    description=column.description,
                    constraints=dg.TableColumnConstraints(
                        nullable=not (column.not_null or name in self.key),
                        unique=name in single_key or "unique" in column.constraints,
                        other=[
                            rule
                            for rule in column.constraints
                            if rule not in ("not_null", "unique")
                        ],
                    ),
                )
                for name, column in self.columns.items()
            ],
            constraints=dg.TableConstraints(
                other=[f"unique: {', '.join(self.key)}"] if len(self.key) > 1 else []
            ),
        )

    @property
    def metadata(self) -> dict[str, Any]:
        """The metadata of the asset's definition."""
        return {
            "dagster/table_name": f"{CATALOG}.{self.name}",
            "dagster/column_schema": self.schema,
        }


def manifest(settings: Settings | None = None) -> Manifest:
    """Return the manifest for the target of the settings, by default those of the environment.

    It is parsed first where the project's files have changed.
    """
    return _manifest(manifest_path(settings or load_settings()))


@functools.cache
def tables() -> Mapping[str, Table]:
    """Return ``schema.name`` -> table, for every model, seed and source of the dbt project."""
    content = manifest()
    nodes = [*content["nodes"].values(), *content["sources"].values()]
    found = (
        described(node) for node in nodes if node["resource_type"] in ("model", "seed", "source")
    )
    return {table.name: table for table in found}


def table(name: str) -> Table:
    """Return one table.

    Raises:
        KeyError: no YAML of the dbt project describes it.
    """
    try:
        return tables()[name]
    except KeyError:
        raise KeyError(
            f"{name} must be described in a YAML file under dbt_project/models (got only "
            f"{', '.join(sorted(tables()))}). Next: add it there with every column, as a source "
            "where Python makes it"
        ) from None


def described(node: Mapping[str, Any]) -> Table:
    """Return the table that a model, seed or source of the manifest describes."""
    columns = {
        name: Column(
            type=column["data_type"],
            description=" ".join(column["description"].split()),
            constraints=tuple(
                rule["expression"] if rule["type"] == "check" else rule["type"]
                for rule in column.get("constraints") or []
            ),
        )
        for name, column in node["columns"].items()
    }
    return Table(
        name=table_name(node),
        asset_key=asset_key(node),
        group=group(node),
        description=" ".join(node["description"].split()),
        columns=columns,
        key=tuple(node["config"].get("meta", {}).get("key", ())),
        made_by_dbt=node["resource_type"] != "source",
    )


def table_name(node: Mapping[str, Any]) -> str:
    """Return ``schema.name`` of a node."""
    return f"{node['schema']}.{node.get('alias') or node['name']}"


def asset_key(node: Mapping[str, Any]) -> dg.AssetKey:
    """Return the key that a source declares, or a model's own name."""
    declared = node["config"].get("meta", {}).get("dagster", {}).get("asset_key")
    return dg.AssetKey(declared or node["name"])


def group(node: Mapping[str, Any]) -> str:
    """Return the room of a node: the folder that its SQL or its YAML lies in."""
    return "raw" if node["schema"] == "raw" else str(node["original_file_path"]).split("/")[-2]


@functools.cache
def _manifest(path: Path) -> Manifest:
    content: Manifest = json.loads(path.read_text())
    return content
