"""Files -> one temporary table of text per source, before any rule; every row is counted.

Parquet becomes text too, so that one set of rules judges both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import duckdb

from analytics_assets.intake.faults import reading
from analytics_assets.intake.files import DataFile
from analytics_assets.intake.formats import Format, Source
from analytics_assets.intake.piece import Piece, Places, count
from analytics_assets.intake.stage_parquet import stage_parquet
from analytics_assets.intake.stage_text import stage_text
from analytics_assets.intake.typed import Typed


@dataclass
class Staged:
    """One source, staged and judged."""

    format: Format
    source: Source
    files: list[DataFile]
    name: str  # of its tables: landing_<format>_<source>
    rows: int = 0
    columns: Mapping[str, Typed] = field(default_factory=dict)
    present: Mapping[str, str] = field(default_factory=dict)
    quarantined: int = 0
    left_out: int = 0
    notices: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the tables that remember which row came from which file."""
    connection.execute(
        "create or replace temp table landing_files "
        "(source varchar, file_name varchar, first_row bigint, row_count bigint)"
    )
    connection.execute(
        "create or replace temp table landing_rejected (source varchar, file_name varchar, "
        "row_number bigint, shift bigint, reason varchar, line varchar)"
    )


def stage(
    connection: duckdb.DuckDBPyConnection,
    source: str,
    table: str,
    files: Sequence[tuple[DataFile, Places]],
    columns: Mapping[str, str],
) -> int:
    """Make the temporary ``table`` of all rows of ``files``, each of ``columns`` as text.

    ``columns`` gives for each what stands between values that are joined. A column that a file
    lacks is NULL. Lines that do not divide into columns go to
    ``landing_rejected``.

    Returns:
        How many rows the files hold, those that were rejected included.

    Raises:
        FileFault: a file cannot be read to its end.
    """
    described = ", ".join(f'"{name}" varchar' for name in columns)
    connection.execute(f"create or replace temp table {table} ({described})")
    rows = 0
    for file, places in files:
        before = count(connection, table)
        with reading(file.name):
            read = stage_text if file.is_text else stage_parquet
            read(Piece(connection, source, table, file, places, columns))
        staged = count(connection, table) - before
        connection.execute(
            "insert into landing_files values (?, ?, ?, ?)", [source, file.name, before, staged]
        )
        [(rejected,)] = connection.execute(
            "select count(*) from landing_rejected where source = ? and file_name = ?",
            [source, file.name],
        ).fetchall()
        rows += staged + rejected
    return rows
