"""A shop of a few raw rows that a test edits, and dbt, which builds parts of it in this process."""

import datetime
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

from analytics_assets.landing.files.schema import RAW_TABLES
from analytics_assets.settings import DBT_PROJECT_DIR
from analytics_assets.warehouse.duckdb import DuckDBWarehouse

Hash = tuple[int, int]


class Order(NamedTuple):
    """A row of raw.orders, as far as these tests vary it."""

    order_id: str
    customer_id: str | None
    order_date: datetime.datetime
    order_status: str
    total_amount: float


@dataclass
class IncrementalShop:
    """A DuckDB file with the raw tables, and the dbt project parsed once for it."""

    path: Path
    manifest: Manifest

    def execute(self, sql: str, rows: Iterable[Iterable[Any]] | None = None) -> None:
        with duckdb.connect(self.path) as connection:
            if rows is None:
                connection.execute(sql)
            elif rows := [list(row) for row in rows]:
                connection.executemany(sql, rows)

    def set_orders(self, orders: Iterable[Order]) -> None:
        """Let raw.orders hold these and no others."""
        self.execute("delete from raw.orders")
        self.execute(
            f"insert into raw.orders ({', '.join(Order._fields)}) values (?, ?, ?, ?, ?)", orders
        )

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(self.path) as connection:
            return connection.execute(sql).fetchall()

    def hash(self, table: str) -> Hash:
        """Return row count and a hash that no order of rows changes."""
        [(count, value)] = self.rows(f"select count(*), coalesce(sum(hash(t)), 0) from {table} t")
        return count, value

    def dbt(self, command: str, *select: str, **variables: Any) -> None:
        """Run dbt on the selected models; `variables` are those of the methods."""
        arguments = [*command.split(), "--select", *select, "--vars", json.dumps(variables)]
        result = dbtRunner(manifest=self.manifest).invoke(["--quiet", *arguments])
        assert result.success, result.exception or [r.message for r in result.result]  # type: ignore[union-attr]


def dbt_environment(folder: Path) -> Mapping[str, str]:
    return {
        "ANALYTICS_TARGET": "duckdb",
        "ANALYTICS_DUCKDB_PATH": str(folder / "automated_intelligence.duckdb"),
        "DBT_PROJECT_DIR": str(DBT_PROJECT_DIR),
        "DBT_PROFILES_DIR": str(DBT_PROJECT_DIR),
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }


def open_shop(folder: Path) -> IncrementalShop:
    """Make the raw tables, empty, and parse the project; the environment is set by the caller."""
    path = folder / "automated_intelligence.duckdb"
    with DuckDBWarehouse(path).session() as session:
        for name, table in RAW_TABLES.items():
            columns = ", ".join(f"{column.name} {column.sql_type}" for column in table.columns)
            session.execute(f"create table raw.{name} ({columns})")
    parsed = dbtRunner().invoke(["--quiet", "parse"])
    assert isinstance(parsed.result, Manifest), parsed.exception
    return IncrementalShop(path, parsed.result)
