"""One file on its way into the table of text of its source."""

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from analytics_assets.intake.files import DataFile

# Beyond this share of rows it is not a few bytes that are wrong, but the encoding.
MOST_UNREADABLE = 0.05

# Column -> where in the file its values are; of several the values are joined.
Places = Mapping[str, tuple[int, ...]]


@dataclass(frozen=True)
class Piece:
    """One file, and where its rows go.

    Attributes:
        connection: holds the table.
        source: its table of text, with the columns of ``places`` and others.
        file: what is read.
        places: the columns that the file has.
        between: per column what stands between values that are joined.
    """

    connection: duckdb.DuckDBPyConnection
    source: str
    file: DataFile
    places: Places
    between: Mapping[str, str]

    @property
    def rows(self) -> int:
        """How many rows the table has, those of earlier files included."""
        return count(self.connection, self.source)


def count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    """Return how many rows a table has."""
    [(rows,)] = connection.execute(f"select count(*) from {table}").fetchall()
    return int(rows)
