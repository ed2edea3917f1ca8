"""A shop of a few raw rows that a test edits, and dbt to build parts of it."""

import datetime
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from analytics_assets.intake.schema import RAW_TABLES
from analytics_assets.lib.warehouse.duckdb import DuckDBWarehouse
from analytics_assets.settings import DBT_PROJECT_DIR


class Order(NamedTuple):
    """A row of raw.orders, as far as these tests vary it."""

    order_id: str
    customer_id: str | None
    order_date: datetime.datetime
    order_status: str
    total_amount: float


@dataclass(frozen=True)
class IncrementalShop:
    """A DuckDB file and a process that runs dbt on it."""

    path: Path
    process: "subprocess.Popen[str]"

    def execute(self, sql: str) -> None:
        with duckdb.connect(self.path) as connection:
            connection.execute(sql)

    def set_orders(self, orders: Iterable[Order]) -> None:
        """Let raw.orders hold these and no others."""
        rows = [list(order) for order in orders]
        with duckdb.connect(self.path) as connection:
            connection.execute("delete from raw.orders")
            if rows:
                connection.executemany(
                    f"insert into raw.orders ({', '.join(Order._fields)}) values (?, ?, ?, ?, ?)",
                    rows,
                )

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(self.path) as connection:
            return connection.execute(sql).fetchall()

    def hash(self, table: str) -> tuple[int, int]:
        """Return row count and a hash that no order of rows changes."""
        [(count, value)] = self.rows(f"select count(*), coalesce(sum(hash(t)), 0) from {table} t")
        return count, value

    def dbt(
        self,
        command: str,
        *select: str,
        texts: Mapping[str, str] | None = None,
        **variables: Any,
    ) -> None:
        """Run dbt on the selected models.

        ``texts`` gives nodes another text meanwhile, ``variables`` are those of the methods.
        """
        arguments = [*command.split(), "--select", *select, "--vars", json.dumps(variables)]
        request = json.dumps({"arguments": arguments, "texts": dict(texts or {})})
        assert self.process.stdin
        self.process.stdin.write(f"{request}\n")
        self.process.stdin.flush()
        assert (error := answer(self.process)) == "", error


def answer(process: "subprocess.Popen[str]") -> str:
    assert process.stdout
    return str(json.loads(process.stdout.readline()))


@contextmanager
def incremental_shop(folder: Path) -> Iterator[IncrementalShop]:
    """Make the raw tables, empty, and start dbt; end it on the way out."""
    path = folder / "automated_intelligence.duckdb"
    with DuckDBWarehouse(path).session() as session:
        for name, table in RAW_TABLES.items():
            columns = ", ".join(f"{column} {kind}" for column, kind in table.columns.items())
            session.execute(f"create table raw.{name} ({columns})")
    environment = {
        **{name: value for name, value in os.environ.items() if "ANALYTICS" not in name},
        "ANALYTICS_DUCKDB_PATH": str(path),
        "DBT_PROJECT_DIR": str(DBT_PROJECT_DIR),
        "DBT_PROFILES_DIR": str(DBT_PROJECT_DIR),
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    with (
        (folder / "output.txt").open("w") as output,
        subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("dbt_process.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=output,
            text=True,
            env=environment,
        ) as process,
    ):
        assert (error := answer(process)) == "''", error
        yield IncrementalShop(path, process)
