"""What the project asks of a database: a session that executes, reads and replaces tables."""

from collections.abc import Generator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

import pandas as pd
import pyarrow as pa

from analytics_assets.errors import AnalyticsError


class Session(Protocol):
    """One connection. Temporary tables made in it live as long as it does."""

    @property
    def in_process(self) -> bool:
        """Whether the database is in this process, so that a row read crosses no network."""
        ...

    def execute(self, sql: str) -> None:
        """Run one statement for its effect."""
        ...

    def read(self, sql: str) -> pd.DataFrame:
        """Return the rows of a query, column names in lower case, NULL as NaN, NaT or None."""
        ...

    def batches(self, sql: str) -> Generator[pa.RecordBatch]:
        """Yield the rows of a query some at a time, as Arrow has them.

        They must be read to the end, or closed, before the session's next statement.
        """
        ...

    def last_change(self, name: str) -> int | None:
        """Return when the shop's own table of that name last changed; None where nothing says it.

        Nanoseconds since 1970. Known without reading a row, or not at all.
        """
        ...

    def stage(self, table: str, frame: pd.DataFrame, columns: Mapping[str, str]) -> None:
        """Make a temporary ``table`` (a name without a schema) hold exactly ``frame``.

        It ends with the session. ``columns`` and errors are those of ``replace``.
        """
        ...

    def replace(self, table: str, frame: pd.DataFrame, columns: Mapping[str, str]) -> None:
        """Make ``table`` (``schema.name``) hold exactly ``frame``; readers see old or new.

        ``columns`` maps every column of the table, in order, to its SQL type; NaN, NaT and None
        become NULL. Raises ValueError when the frame's columns are not exactly these.
        """
        ...

    def comment(self, table: str, text: str, columns: Mapping[str, str]) -> None:
        """Keep with ``table`` what it and each column mean, where people look for it there."""
        ...


def require_columns(table: str, frame: pd.DataFrame, columns: Mapping[str, str]) -> None:
    """Refuse a frame whose columns are not exactly those of a table.

    Raises:
        ValueError: they are not; the message lists both.
    """
    if list(frame.columns) != list(columns):
        raise ValueError(
            f"{table} has the columns {list(columns)}, the frame has {list(frame.columns)}"
        )


class WarehouseError(AnalyticsError):
    """The engine refused or did not answer; the message says what it said."""


class WarehouseMemoryError(WarehouseError):
    """A statement needs more memory than the engine may use; the message says how much that is."""


class WarehouseBusyError(AnalyticsError):
    """Somebody else holds the database; the message says what to do."""


class Warehouse(Protocol):
    """A place that holds the schemas raw, staging, analytics and realtime."""

    def session(self) -> AbstractContextManager[Session]:
        """Open one connection; it is closed on the way out, error or not.

        Raises:
            WarehouseBusyError: somebody else holds the database.
        """
        ...

    def glance(self) -> AbstractContextManager[Session]:
        """Open one connection only to read, at once or not at all; nothing is created.

        Raises:
            WarehouseBusyError: somebody else holds the database, or there is none yet.
        """
        ...

    @property
    def picture_folder(self) -> Path | None:
        """Where pictures are kept as files; None where the warehouse is no file."""
        ...
