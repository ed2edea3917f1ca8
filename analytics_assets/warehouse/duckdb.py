"""The embedded engine: one DuckDB file, opened for a step and closed after it."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa

from analytics_assets.warehouse.interface import WarehouseBusyError

SCHEMAS = ("raw", "staging", "analytics", "realtime")


@dataclass(frozen=True)
class DuckDBSession:
    """A Session over one open DuckDB connection."""

    connection: duckdb.DuckDBPyConnection

    def execute(self, sql: str) -> None:
        """Run one statement for its effect."""
        self.connection.execute(sql)

    def read(self, sql: str) -> pd.DataFrame:
        """Return the rows of a query, column names in lower case."""
        frame = self.connection.execute(sql).df()
        frame.columns = [str(name).lower() for name in frame.columns]
        return frame

    def replace(self, table: str, frame: pd.DataFrame, columns: Mapping[str, str]) -> None:
        """Make ``table`` hold exactly ``frame``, in one transaction.

        Raises:
            ValueError: when the frame's columns are not exactly those of ``columns``.
        """
        if list(frame.columns) != list(columns):
            raise ValueError(
                f"{table} has the columns {list(columns)}, the frame has {list(frame.columns)}"
            )
        # Through Arrow, since a float NaN must become NULL and pandas' own scan keeps it.
        rows = pa.Table.from_pandas(frame, preserve_index=False)
        selected = ", ".join(f"cast({name} as {kind}) as {name}" for name, kind in columns.items())
        self.connection.register("incoming_rows", rows)
        try:
            self.connection.execute(
                f"create or replace table {table} as select {selected} from incoming_rows"
            )
        finally:
            self.connection.unregister("incoming_rows")


@dataclass(frozen=True)
class DuckDBWarehouse:
    """The schemas of one DuckDB file; made with its folder and schemas where missing.

    Attributes:
        path: the file.
        wait_seconds: how long to wait for another process that holds the file.
    """

    path: Path
    wait_seconds: float = 60.0

    @contextmanager
    def session(self, *, wait: bool = True) -> Iterator[DuckDBSession]:
        """Open the file, waiting for another writer if need be, and close it on the way out.

        Raises:
            WarehouseBusyError: another process holds the file, still after ``wait_seconds``, or
                at once without ``wait``.
        """
        connection = self._connect(self.wait_seconds if wait else 0)
        try:
            for schema in SCHEMAS:
                connection.execute(f"create schema if not exists {schema}")
            yield DuckDBSession(connection)
        finally:
            connection.close()

    def _connect(self, wait_seconds: float) -> duckdb.DuckDBPyConnection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        deadline = time.monotonic() + wait_seconds
        while True:
            try:
                return duckdb.connect(self.path)
            except duckdb.IOException as error:
                if "lock" not in str(error):
                    raise
                if time.monotonic() >= deadline:
                    raise WarehouseBusyError(
                        f"{self.path} is held by another process (waited {wait_seconds:g} s); "
                        "close that program (a notebook, a database browser, another run) and "
                        f"start again. DuckDB says: {error}"
                    ) from None
                time.sleep(0.2)
