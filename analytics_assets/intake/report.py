"""What a landing did, counted and told: the numbers for the log and for the asset's metadata."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from analytics_assets.intake.schema import RAW_TABLES


@dataclass(frozen=True)
class LandedTable:
    """One raw table.

    Attributes:
        file_name: where it comes from, or None where it was derived from orders and lines.
        rows_read: rows of the file; of a derived table the rows made.
        rows_accepted: rows of the raw table.
        rows_quarantined: rows of the file that are in raw.quarantined_rows instead.
        notices: what to know: columns ignored, derived or rounded.
    """

    file_name: str | None
    rows_read: int
    rows_accepted: int
    rows_quarantined: int
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class QuarantinedRows:
    """The quarantined rows of one file whose first fault is in one column.

    Attributes:
        table_name: the raw table they were meant for.
        file_name: where they are.
        column_name: the column, or None where the whole line is at fault.
        rows: how many.
        examples: up to three, as (row number, value as read, reason).
    """

    table_name: str
    file_name: str
    column_name: str | None
    rows: int
    examples: tuple[tuple[int, str | None, str], ...]

    def __str__(self) -> str:
        if self.column_name is None:
            place = "lines"
            allowed = "one value for each column of the header"
        else:
            place = f"column {self.column_name}"
            allowed = RAW_TABLES[self.table_name].column(self.column_name).allowed
            if self.column_name == RAW_TABLES[self.table_name].key:
                allowed += ", each value once"
        rows = "; ".join(
            f"row {number}: {_shown(value)} ({reason})" for number, value, reason in self.examples
        )
        more = "; ..." if self.rows > len(self.examples) else ""
        return (
            f"{self.file_name}, {place}: rows quarantined: {self.rows}. {rows}{more}. "
            f"Allowed: {allowed}"
        )


@dataclass(frozen=True)
class LandingReport:
    """All raw tables by name, the quarantine, and the newest order's time (None without orders)."""

    tables: Mapping[str, LandedTable]
    quarantine: tuple[QuarantinedRows, ...]
    newest_order: datetime.datetime | None

    def summary_of_faults(self) -> str:
        """Return a line for each file and column with quarantined rows; "" if there are none.

        Rows are counted from 1, without header and empty lines; all rows stand in full in
        raw.quarantined_rows.
        """
        return "\n".join(str(rows) for rows in self.quarantine)


def _shown(value: str | None, most: int = 60) -> str:
    if value is None:
        return "empty"
    # Look-alike letters and control characters must be visible in a log.
    return ascii(value if len(value) <= most else value[:most] + "...")
