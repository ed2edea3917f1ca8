"""What a landing did, counted and said: the numbers for the log and for the asset's metadata."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class LandedTable:
    """One raw table.

    Attributes:
        file_name: where it comes from, or None where it was derived from orders and lines.
        rows_read: rows that could have become rows of this table; of a derived table the rows made.
        rows_accepted: those that did.
        rows_quarantined: those that are in raw.quarantined_rows instead.
        rows_superseded: exact repeats, and older versions of a row with the same key.
        rows_kept: with ``mode: merge``, rows of earlier landings that stayed.
        notices: what to know: columns ignored, derived or rounded, rows left out.
    """

    file_name: str | None
    rows_read: int
    rows_accepted: int
    rows_quarantined: int = 0
    rows_superseded: int = 0
    rows_kept: int = 0
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class QuarantinedRows:
    """The quarantined rows of one table whose first fault is in one column.

    Attributes:
        table_name: the raw table they were meant for.
        file_name: the first file that has some.
        column_name: the column, or None where the whole line is at fault.
        rows: how many.
        rows_read: of how many rows that were read for the table.
        examples: up to three, as (row number, value as read, reason).
    """

    table_name: str
    file_name: str
    column_name: str | None
    rows: int
    rows_read: int
    examples: tuple[tuple[int, str | None, str], ...]

    def __str__(self) -> str:
        place = "lines" if self.column_name is None else f"column {self.column_name}"
        rows = "; ".join(
            f"row {number}: {_shown(value)} ({reason})" for number, value, reason in self.examples
        )
        more = "; ..." if self.rows > len(self.examples) else ""
        return (
            f"{self.file_name}, {place}: {self.rows:,} of {self.rows_read:,} rows quarantined "
            f"({share(self.rows, self.rows_read)}). {rows}{more}"
        )


@dataclass(frozen=True)
class StatusWord:
    """A word of the status column, the status it was read as, and its orders and their amount."""

    word: str
    status: str
    orders: int
    amount: Decimal


@dataclass(frozen=True)
class LandingReport:
    """What landed.

    Attributes:
        format: the format's title.
        tables: all raw tables by name.
        quarantine: the quarantined rows in groups.
        statuses: the words of the status column.
        newest_order: the time of the newest order; None without orders.
        first_order: of the oldest.
        notices: what was recognised, and what else to know.
        warnings: what may be wrong, in numbers.
    """

    format: str
    tables: Mapping[str, LandedTable]
    quarantine: tuple[QuarantinedRows, ...]
    statuses: tuple[StatusWord, ...]
    newest_order: datetime.datetime | None
    first_order: datetime.datetime | None
    notices: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    def summary_of_faults(self) -> str:
        """Return a line for each table and column with quarantined rows; "" if there are none."""
        return "\n".join(str(rows) for rows in self.quarantine)


def share(part: int | Decimal, whole: int | Decimal) -> str:
    """Return a part of a whole in percent, such that only all is 100 and only none is 0."""
    if not whole:
        return "0 %"
    percent = 100 * float(part) / float(whole)
    if 0 < percent < 0.1:
        return "under 0.1 %"
    if 99.9 < percent < 100:
        return "over 99.9 %"
    return f"{percent:.1f} %".replace(".0 %", " %")


def _shown(value: str | None, most: int = 60) -> str:
    if value is None:
        return "empty"
    # Look-alike letters and control characters must be visible in a log.
    return ascii(value if len(value) <= most else value[:most] + "...")
