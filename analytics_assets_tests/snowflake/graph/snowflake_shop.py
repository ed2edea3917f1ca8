"""One small shop on two engines, and what the tests ask of the emulated one."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd
from emulator.process import Emulator
from emulator.wire import Statement

from analytics_assets.defs.raw.specs import LANDING_TABLES, RAW_TABLES
from analytics_assets.lib.tables import tables
from analytics_assets.lib.warehouse.snowflake import SnowflakeWarehouse
from analytics_assets.lib.warehouse.snowflake_account import SnowflakeAccount
from analytics_assets.settings import Settings, load_settings

SECRET = "a-token-that-nobody-may-see"


@dataclass(frozen=True)
class SnowflakeShop:
    """A database of the emulator and the folder of the runs that fill it."""

    emulator: Emulator
    database: str
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """What a person would have exported."""
        return {
            **{name: value for name, value in os.environ.items() if "SNOWFLAKE" not in name},
            **self.emulator.environment(self.database, SNOWFLAKE_TOKEN=SECRET),
            "ANALYTICS_DUCKDB_PATH": str(self.folder / "automated_intelligence.duckdb"),
            "DAGSTER_HOME": str(self.folder / "home"),
        }

    @property
    def settings(self) -> Settings:
        return load_settings(self.environment)

    @property
    def warehouse(self) -> SnowflakeWarehouse:
        account = self.settings.snowflake
        assert isinstance(account, SnowflakeAccount)
        return SnowflakeWarehouse(account)

    def run_daily_job(self) -> subprocess.CompletedProcess[str]:
        """Run the daily job in one process; its history and what it says stay in the folder."""
        (self.folder / "home").mkdir(parents=True, exist_ok=True)
        run = subprocess.run(
            [sys.executable, str(Path(__file__).with_name("one_process.py"))],
            env=self.environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        with (self.folder / "output.txt").open("a") as output:
            output.write(run.stdout + run.stderr)
        return run

    def execute(self, *statements: str) -> None:
        with self.warehouse.session() as session:
            for statement in statements:
                session.execute(statement)

    def read(self, sql: str) -> pd.DataFrame:
        with self.warehouse.session() as session:
            return session.read(sql)

    def runs(self) -> list[str]:
        """Return the ids of the runs, oldest first."""
        with closing(sqlite3.connect(self.folder / "home" / "history" / "runs.db")) as history:
            return [run for (run,) in history.execute("select run_id from runs order by id")]

    def statements_of(self, run: str) -> list[Statement]:
        """Return what a run sent, by its query tags."""
        return [s for s in self.emulator.statements() if tag_of(s).get("run") == run]

    def hashes(self) -> dict[str, str]:
        """Return row count and a hash that no order of rows changes, of every table and view."""
        with self.warehouse.session() as session:
            return {
                table: str(session.read(hash_of(table, list(columns))).iloc[0, 0])
                for table, columns in TABLES.items()
            }


def tag_of(statement: Statement) -> dict[str, str]:
    """Return what a statement's query tag says."""
    return dict(json.loads(statement.query_tag)) if statement.query_tag else {}


# No files are landed on Snowflake.
OF_LANDING = {f"raw.{name}" for name in LANDING_TABLES}
TABLES = {
    name: {column: kind.upper() for column, kind in table.types.items()}
    for name, table in tables().items()
    if name not in OF_LANDING
}


def hash_of(table: str, columns: list[str]) -> str:
    return (
        "select cast(count(*) as varchar) || ' rows ' || coalesce(cast(sum(cast("
        f"hash({', '.join(columns)}) as decimal(38, 0))) as varchar), '') from {table}"
    )


def fill_raw(shop: SnowflakeShop, duckdb_path: Path) -> None:
    """Put the raw tables of a DuckDB shop into the emulator, as the shop's own loader would."""
    with (
        duckdb.connect(duckdb_path, read_only=True) as source,
        shop.warehouse.session() as session,
    ):
        for name in RAW_TABLES:
            columns = TABLES[f"raw.{name}"]
            rows = source.execute(f"select {', '.join(columns)} from raw.{name}")
            session.replace(f"loaded.{name}", rows.df(), columns)
