"""The copy of the tables for readers: one day, an old file format, put in place by one rename.

Knows DuckDB and nothing of Dagster. A reader that keeps the old copy open goes on reading it; the
next run writes another file.
"""

import contextlib
import datetime
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

from analytics_assets.errors import AnalyticsError
from analytics_assets.lib.warehouse.aggregates import row_counts
from analytics_assets.lib.warehouse.duckdb import DuckDBSession
from analytics_assets.lib.warehouse.duckdb_file import make_folder
from analytics_assets.lib.warehouse.interface import Session
from analytics_assets.settings import CATALOG

# What DuckDB 1.4 and everything after it reads; the working file has the newest format.
STORAGE_VERSION = "v1.4.0"
SCHEMAS = ("staging", "analytics", "realtime")
# Beside them what was refused and landed: without the refused values, which may be a person's.
_BOOKKEEPING = ("raw.landings", "raw.quarantined_rows")
_REFUSED_VALUES = frozenset({"value", "row_content"})
# One row per day: its days are not the day of the clock.
_OF_MANY_DAYS = ("analytics.shop_history",)
_PART = ".copy-"
PERSONAL = frozenset({"email", "phone", "address"})


class MixedDaysError(AnalyticsError):
    """The tables are not all of one day; the message says which are of which."""


class NotPublishedError(AnalyticsError):
    """There is no copy yet."""


@dataclass(frozen=True)
class Copied:
    """What was copied.

    Attributes:
        as_of_date: the one day of all tables; None where no order has landed.
        rows: of all tables together.
        tables: how many there are.
    """

    as_of_date: datetime.date | None
    rows: int
    tables: int


def publish(session: Session, path: Path, *, personal: bool) -> Copied:
    """Replace the copy at ``path`` by one of the tables as the session sees them.

    Views become tables. The file is made beside its place, closed, made read-only and renamed;
    whatever fails before that leaves the old copy as it was.

    Args:
        session: on the working DuckDB file.
        path: of the copy; its stem is the name of the catalogue.
        personal: whether e-mail, phone and address of customers and refused values are copied too.

    Raises:
        MixedDaysError: some table is of another day than the clock.
        FileUnwritableError: the folder cannot be made.
    """
    columns = _columns(session, personal=personal)
    day = _one_day(session, columns)
    make_folder(path.parent)
    # What a killed run left; the session has the working file, and so this folder, to itself.
    for left in path.parent.glob(f"{_PART}*"):
        shutil.rmtree(left)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=_PART) as folder:
        part = Path(folder) / path.name
        place = str(part).replace("'", "''")
        session.execute(f"attach '{place}' as published (storage_version '{STORAGE_VERSION}')")
        try:
            for schema in sorted({name.partition(".")[0] for name in columns}):
                session.execute(f"create schema published.{schema}")
            for name, kept in columns.items():
                session.execute(
                    f"create table published.{name} as select {', '.join(kept)}"
                    f" from {CATALOG}.{name}"
                )
            rows = row_counts(session, [f"published.{name}" for name in columns])
        finally:
            session.execute("detach published")
        part.chmod(0o444)
        os.replace(part, path)
    return Copied(day, sum(rows.values()), len(rows))


@contextlib.contextmanager
def opened(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the copy to read.

    Raises:
        NotPublishedError: there is none yet.
    """
    if not path.exists():
        raise NotPublishedError(
            f"the published copy must exist (got no file {path}). Next: make demo, or a run of "
            "daily_refresh, which writes it at its end"
        )
    with contextlib.closing(duckdb.connect(path, read_only=True)) as connection:
        yield connection


def differences(session: Session, path: Path, *, personal: bool) -> list[str]:
    """Return in what the copy differs from the working tables: day, tables, rows of each."""
    expected = row_counts(session, list(_columns(session, personal=personal)))
    day = _clock(session)
    with opened(path) as connection:
        copy = DuckDBSession(connection)
        copied_day = _clock(copy)
        there = copy.read(
            "select table_schema || '.' || table_name as name from information_schema.tables"
        )
        found = row_counts(copy, [name for name in expected if name in set(there["name"])])
    wrong = [] if copied_day == day else [f"the day is {copied_day}, that of the tables {day}"]
    wrong += [f"{name} is missing" for name in expected if name not in found]
    wrong += [
        f"{name} has {rows:,} rows, the table {expected[name]:,}"
        for name, rows in found.items()
        if rows != expected[name]
    ]
    return wrong


def _columns(session: Session, *, personal: bool) -> dict[str, list[str]]:
    """Return ``schema.name`` -> the columns to copy, quoted, for each table and view."""
    rows = session.read(
        f"""
        select table_schema || '.' || table_name as name, column_name
        from information_schema.columns
        where table_catalog = '{CATALOG}'
            and (
                table_schema in {SCHEMAS}
                or table_schema || '.' || table_name in {_BOOKKEEPING}
            )
        order by name, ordinal_position
        """
    )
    kept: dict[str, list[str]] = {}
    for name, column in rows.itertuples(index=False):
        hidden = _REFUSED_VALUES if name in _BOOKKEEPING else PERSONAL
        if personal or column.lower() not in hidden:
            kept.setdefault(name, []).append(f'"{column}"')
    return kept


def _one_day(session: Session, columns: Mapping[str, list[str]]) -> datetime.date | None:
    clock = _clock(session)
    others = session.read(
        " union ".join(
            f"select '{name}' as name, cast(as_of_date as varchar) as day from {name}"
            " where as_of_date is distinct from (select max(as_of_date) from staging.stg_clock)"
            for name, kept in columns.items()
            if '"as_of_date"' in kept and name not in _OF_MANY_DAYS
        )
        + " order by name, day"
    )
    if len(others):
        days_of = others.groupby("name")["day"]
        listed = "; ".join(f"{name} of {', '.join(map(str, days))}" for name, days in days_of)
        raise MixedDaysError(
            f"every table must be of {clock}, the day of the clock (got {listed}); the copy stays "
            "as it was. Next: run daily_refresh or rebuild_from_raw, which build all of one day"
        )
    return clock


def _clock(session: Session) -> datetime.date | None:
    day = session.read("select max(as_of_date) as day from staging.stg_clock")["day"].iloc[0]
    return None if pd.isna(day) else day.date()
