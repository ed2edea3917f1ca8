"""The embedded engine: one DuckDB file, opened for a step and closed after it."""

import logging
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa

from analytics_assets.lib.warehouse.duckdb_file import (
    DEFAULT_MEMORY,
    DISK_FULL,
    MORE_MEMORY,
    open_file,
)
from analytics_assets.lib.warehouse.interface import (
    WarehouseBusyError,
    WarehouseError,
    WarehouseMemoryError,
    require_columns,
)
from analytics_assets.lib.warehouse.waiting import HeldError, Patience

SCHEMAS = ("raw", "staging", "analytics", "realtime")

_ROWS_A_BATCH = 500_000


@dataclass(frozen=True)
class DuckDBSession:
    """A Session over one open DuckDB connection."""

    connection: duckdb.DuckDBPyConnection
    in_process: bool = True

    def execute(self, sql: str) -> None:
        """Run one statement for its effect."""
        with _memory_told():
            self.connection.execute(sql)

    def read(self, sql: str) -> pd.DataFrame:
        """Return the rows of a query, column names in lower case."""
        with _memory_told():
            frame = self.connection.execute(sql).df()
        frame.columns = [str(name).lower() for name in frame.columns]
        return frame

    def batches(self, sql: str) -> Generator[pa.RecordBatch]:
        """Yield the rows of a query some at a time, as Arrow has them."""
        with (
            _memory_told(),
            closing(self.connection.sql(sql).to_arrow_reader(_ROWS_A_BATCH)) as rows,
        ):
            yield from rows

    def comment(self, table: str, text: str, columns: Mapping[str, str]) -> None:
        """Do nothing: a file on this machine is looked at through Dagster and its docs."""

    def last_change(self, name: str) -> int | None:
        """Return None: a DuckDB file does not say it."""
        return None

    def stage(self, table: str, frame: pd.DataFrame, columns: Mapping[str, str]) -> None:
        """Make a temporary ``table`` hold exactly ``frame``.

        Raises:
            ValueError: when the frame's columns are not exactly those of ``columns``.
        """
        self._create("temporary table", table, frame, columns)

    def replace(self, table: str, frame: pd.DataFrame, columns: Mapping[str, str]) -> None:
        """Make ``table`` hold exactly ``frame``, in one transaction.

        Raises:
            ValueError: when the frame's columns are not exactly those of ``columns``.
        """
        self._create("table", table, frame, columns)

    def _create(
        self, what: str, table: str, frame: pd.DataFrame, columns: Mapping[str, str]
    ) -> None:
        require_columns(table, frame, columns)
        # Through Arrow, since a float NaN must become NULL and pandas' own scan keeps it.
        rows = pa.Table.from_pandas(frame, preserve_index=False)
        selected = ", ".join(f"cast({name} as {kind}) as {name}" for name, kind in columns.items())
        self.connection.register("incoming_rows", rows)
        try:
            with _memory_told():
                self.connection.execute(
                    f"create or replace {what} {table} as select {selected} from incoming_rows"
                )
        finally:
            self.connection.unregister("incoming_rows")


@contextmanager
def _memory_told() -> Iterator[None]:
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        if DISK_FULL.search(str(error)):
            raise
        raise WarehouseMemoryError(
            f"DuckDB needs more memory than it may use: {str(error).splitlines()[0]}. No table is "
            f"half written. {MORE_MEMORY}"
        ) from error


@dataclass(frozen=True)
class DuckDBWarehouse:
    """The schemas of one DuckDB file; made with its folder and schemas where missing.

    Attributes:
        path: the file.
        wait_seconds: how long to wait for another process that holds the file.
        memory_limit: how much memory DuckDB may use, such as ``6GB`` or ``40%`` of the machine.
        report: takes a line that says which program holds the file.
    """

    path: Path
    wait_seconds: float = 60.0
    memory_limit: str = DEFAULT_MEMORY
    report: Callable[[str], None] = logging.getLogger(__name__).warning

    @contextmanager
    def session(self) -> Iterator[DuckDBSession]:
        """Open the file, waiting for another process if need be, and close it on the way out.

        Raises:
            WarehouseBusyError: another process holds the file, still after ``wait_seconds``.
            FileUnwritableError: the file or its folder cannot be written.
            WarehouseError: the disk is full; no table is half written.
        """
        try:
            connection = open_file(
                self.path, Patience(self.wait_seconds, self.report), self.memory_limit
            )
        except HeldError as held:
            raise WarehouseBusyError(str(held)) from None
        try:
            for schema in SCHEMAS:
                connection.execute(f"create schema if not exists {schema}")
            yield DuckDBSession(connection)
        except duckdb.Error as error:
            if not DISK_FULL.search(str(error)):
                raise
            raise WarehouseError(
                f"{self.path} could not be written: {error}. Free space on that disk and start "
                "again; no table is half written"
            ) from error
        finally:
            connection.close()

    @contextmanager
    def glance(self) -> Iterator[DuckDBSession]:
        """Open the file only to read, at once or not at all; nothing is created.

        Raises:
            WarehouseBusyError: another process writes to the file, or there is no file yet.
        """
        if not self.path.exists():
            raise WarehouseBusyError(f"{self.path} does not exist yet")
        try:
            connection = open_file(self.path, Patience(0), self.memory_limit, read_only=True)
        except HeldError as held:
            raise WarehouseBusyError(str(held)) from None
        with closing(connection):
            yield DuckDBSession(connection)

    @property
    def picture_folder(self) -> Path:
        """The folder beside the file where pictures are kept."""
        return self.path.parent / "pictures"
