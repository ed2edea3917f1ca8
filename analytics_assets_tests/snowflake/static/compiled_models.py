"""The dbt project compiled for Snowflake, without Snowflake: no connection is opened."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from analytics_assets.settings import DBT_PROJECT_DIR

# Port 1 answers nobody: a connection would fail the compilation.
OFFLINE = {
    "ANALYTICS_TARGET": "snowflake",
    "SNOWFLAKE_ACCOUNT": "nowhere",
    "SNOWFLAKE_USER": "nobody",
    "SNOWFLAKE_ROLE": "NONE",
    "SNOWFLAKE_WAREHOUSE": "NONE",
    "SNOWFLAKE_TOKEN": "not a token",
    "SNOWFLAKE_HOST": "127.0.0.1",
    "SNOWFLAKE_PORT": "1",
    "SNOWFLAKE_PROTOCOL": "http",
}


@dataclass(frozen=True)
class CompiledModel:
    """One model as Snowflake would get it.

    Attributes:
        table: ``schema.name``.
        sql: its query.
    """

    table: str
    sql: str


def compile_for_snowflake(folder: Path) -> list[CompiledModel]:
    """Return the models that become tables or views, each after those it reads."""
    result = subprocess.run(
        [
            str(Path(sys.executable).parent / "dbt"),
            "--quiet",
            "compile",
            "--no-introspect",
            "--no-populate-cache",
            "--target",
            "snowflake",
        ],
        cwd=DBT_PROJECT_DIR,
        env={
            **{name: value for name, value in os.environ.items() if name[:9] != "SNOWFLAKE"},
            **OFFLINE,
            "DBT_PROFILES_DIR": str(DBT_PROJECT_DIR),
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_LOG_PATH": str(folder / "logs"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise RuntimeError(f"dbt compile failed:\n{result.stdout}{result.stderr}")
    manifest = json.loads((folder / "target" / "manifest.json").read_text("utf-8"))
    return list(_in_order(manifest["nodes"]))


def _in_order(nodes: dict[str, dict[str, Any]]) -> Iterator[CompiledModel]:
    reads = {name: node["depends_on"].get("nodes", []) for name, node in nodes.items()}
    for name in TopologicalSorter(reads).static_order():
        node = nodes.get(name)
        if node and node["resource_type"] == "model":
            table = f"{node['schema']}.{node['alias']}".lower()
            yield CompiledModel(table, node["compiled_code"])
