"""Files -> one temporary table of text per source, before any rule; every row is counted.

Parquet becomes text too, so that one set of rules judges both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import duckdb

from analytics_assets.intake.faults import reading, spell
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
    source_name: str
    files: list[DataFile]
    rows: int = 0
    columns: Mapping[str, Typed] = field(default_factory=dict)
    present: Mapping[str, str] = field(default_factory=dict)
    quarantined: int = 0
    notices: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def source(self) -> Source:
        """What the format says of it."""
        return self.format.sources[self.source_name]

    @property
    def name(self) -> str:
        """The name of its table of text, with which those of its views begin."""
        return f"landing_{self.format.name}_{self.source_name}"

    @property
    def file_names(self) -> str:
        """Its files for a message; elements of another source go by their own name."""
        return spell([file.name for file in self.files], most=3) or self.source_name

    @property
    def lacks_status(self) -> bool:
        """Whether it could have an order_status and has none."""
        return "order_status" in self.source.columns and "order_status" not in self.present


def stage(
    connection: duckdb.DuckDBPyConnection,
    source: str,
    files: Sequence[tuple[DataFile, Places]],
    columns: Mapping[str, str],
) -> int:
    """Make the temporary table ``source`` of all rows of ``files``, each of ``columns`` as text.

    ``columns`` gives for each what stands between values that are joined. A column that a file
    lacks is NULL. Lines that do not divide into columns go to ``landing_rejected``.

    Returns:
        How many rows the files hold, those that were rejected included.

    Raises:
        FileFault: a file cannot be read to its end.
    """
    described = ", ".join(f'"{name}" varchar' for name in columns)
    connection.execute(f"create or replace temp table {source} ({described})")
    for file, places in files:
        before = count(connection, source)
        with reading(file.name):
            read = stage_text if file.is_text else stage_parquet
            read(Piece(connection, source, file, places, columns))
        staged = count(connection, source) - before
        connection.execute(
            "insert into landing_files values (?, ?, ?, ?)", [source, file.name, before, staged]
        )
    return count(connection, source) + count(
        connection, f"landing_rejected where source = '{source}'"
    )
