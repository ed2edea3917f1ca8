"""The door: look at the files, read them all, judge them, replace the raw tables at once."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from analytics_assets.intake import memory, statements
from analytics_assets.intake.faults import LandingError
from analytics_assets.intake.raw_tables import land_table
from analytics_assets.intake.report import (
    LandedTable,
    LandingReport,
    QuarantinedRows,
    StatusWord,
)
from analytics_assets.intake.schema import QUARANTINE_COLUMNS, RAW_TABLES
from analytics_assets.intake.sources import Landing, stage_all

# Bytes of DuckDB's memory. Files are read once and written once, so more hardly makes it faster.
_MOST_MEMORY = 1_600_000_000


def land(
    connection: duckdb.DuckDBPyConnection,
    directory: Path,
    *,
    business_timezone: str = "America/Los_Angeles",
    landed_at: datetime.datetime | None = None,
    is_demo_shop: bool = False,
    of_the_demo_shop: Sequence[str] = (),
) -> LandingReport:
    """Replace the raw tables by the files of ``directory``; readers see all old or all new tables.

    A row that cannot land goes to raw.quarantined_rows with its reason. Of rows with one key the
    newest is kept where they say when they were updated. customers and product_catalog are derived
    from orders and lines where no file holds them.

    Args:
        connection: outside of a transaction; its catalog receives the schema raw. From here on its
            database uses at most 1.6 GB of memory.
        directory: holds the files of one shop, and maybe shop.yml.
        business_timezone: times with a zone become this zone's local time.
        landed_at: local time of the landing; later orders are quarantined. Now, if None.
        is_demo_shop: whether the files are those of the demonstration shop.
        of_the_demo_shop: tables that keep days from run to run; a real shop that replaces the
            demonstration shop gets none of them.

    Returns:
        What landed, in numbers.

    Raises:
        LandingError: a file is missing or cannot be used, or the landing before held more; it names
            all faults, nothing has changed.
        RowsLostError: the rows do not add up; nothing has changed.
    """
    now = landed_at or datetime.datetime.now(ZoneInfo(business_timezone)).replace(tzinfo=None)
    with _cleaned_up(connection), _room():
        _limit_memory(connection)
        landing = stage_all(connection, directory, business_timezone, now)
        with _transaction(connection):
            connection.execute("create schema if not exists raw")
            before = memory.before(connection)
            if not is_demo_shop and not memory.holds_real_shop(connection):
                for kept in of_the_demo_shop:
                    connection.execute(f"drop table if exists {kept}")
            quarantine = statements.described("quarantined_rows", QUARANTINE_COLUMNS)
            connection.execute(f"create or replace table {quarantine}")
            tables = {table.name: land_table(landing, table) for table in RAW_TABLES.values()}
            report = _report(landing, tables)
            if not is_demo_shop:
                memory.compare(connection, before, landing.shop)
            memory.remember(
                connection,
                report,
                landing.shop,
                source=str(directory),
                landed_at=now,
                is_demo_shop=is_demo_shop,
            )
        return report


def _statuses(connection: duckdb.DuckDBPyConnection) -> tuple[StatusWord, ...]:
    connection.execute(statements.create_statuses())
    rows = connection.execute(
        "select status_word, order_status, orders, coalesce(amount, 0) from raw.shop_statuses "
        "order by orders desc, status_word"
    ).fetchall()
    return tuple(
        StatusWord(word, status, orders, Decimal(amount)) for word, status, orders, amount in rows
    )


def _report(landing: Landing, tables: Mapping[str, LandedTable]) -> LandingReport:
    connection = landing.connection
    groups = connection.execute(statements.examples()).fetchall()
    quarantine = tuple(
        QuarantinedRows(
            table,
            file,
            column,
            rows,
            tables[table].rows_read,
            tuple(zip(numbers, values, reasons, strict=True)),
        )
        for table, file, column, rows, numbers, values, reasons in groups
    )
    newest: datetime.datetime | None
    [(first, newest)] = connection.execute(
        "select min(order_date), max(order_date) from raw.orders"
    ).fetchall()
    return LandingReport(
        landing.assigned.format.title,
        tables,
        quarantine,
        _statuses(connection),
        newest,
        first,
        landing.assigned.notices,
        tuple(warning for one in landing.staged.values() for warning in one.warnings),
    )


@contextmanager
def _room() -> Iterator[None]:
    try:
        yield
    except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
        if isinstance(error, duckdb.IOException) and "No space left" not in str(error):
            raise
        raise LandingError(
            (
                f"the files do not fit into memory and disk ({str(error).splitlines()[0]}). "
                "Allowed is what fits several times over, as it is unpacked, checked and written. "
                "Next: free some disk and land again",
            )
        ) from error


def _limit_memory(connection: duckdb.DuckDBPyConnection) -> None:
    [(is_more,)] = connection.execute(
        "select parse_formatted_bytes(current_setting('memory_limit')) > ?", [_MOST_MEMORY]
    ).fetchall()
    if is_more:
        connection.execute(f"set memory_limit = '{_MOST_MEMORY} B'")


@contextmanager
def _cleaned_up(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    try:
        yield
    finally:
        for kind, name in connection.execute(
            "select case when table_type = 'VIEW' then 'view' else 'table' end, table_name "
            "from information_schema.tables "
            "where starts_with(table_name, 'landing_') and table_catalog = 'temp'"
        ).fetchall():
            connection.execute(f"drop {kind} if exists temp.{name}")


@contextmanager
def _transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    connection.begin()
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.commit()
