"""The door: look for the files, read them all, and replace the raw tables in one transaction."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from analytics_assets.intake import derived, statements
from analytics_assets.intake.csv_source import CsvSource
from analytics_assets.intake.directory import Folder, search, shown
from analytics_assets.intake.faults import FileFault, LandingError
from analytics_assets.intake.parquet_source import ParquetSource
from analytics_assets.intake.plan import Plan, make_plan
from analytics_assets.intake.report import LandedTable, LandingReport, QuarantinedRows
from analytics_assets.intake.schema import RAW_TABLES, RawTable
from analytics_assets.intake.source import Source
from analytics_assets.intake.stage import stage

_FAULTS = "landing_faults"


class RowsLostError(RuntimeError):
    """Rows read are not rows accepted plus quarantined: a defect of this door, never of data."""


@dataclass(frozen=True)
class _Staged:
    plan: Plan
    source: Source
    rows: int


def land(connection: duckdb.DuckDBPyConnection, directory: Path) -> LandingReport:
    """Replace the raw tables by the files of ``directory``; readers see all old or all new tables.

    A row that cannot be loaded goes to raw.quarantined_rows with its reason; of rows with the same
    key the first one that can be loaded is kept. customers and product_catalog are derived from
    orders and lines where they have no file.

    Args:
        connection: outside of a transaction; its catalog receives the schema raw.
        directory: holds orders and order_items, and maybe customers and product_catalog, each as
            .parquet, .csv or .csv.gz.

    Returns:
        The rows of each table, read = accepted + quarantined, and examples of what is quarantined.

    Raises:
        LandingError: a file is missing or cannot be used; it names all faults, nothing has changed.
        RowsLostError: the rows do not add up; nothing has changed.
    """
    folder = search(directory)
    try:
        staged = _stage_all(connection, folder)
        with _transaction(connection):
            connection.execute("create schema if not exists raw")
            connection.execute(statements.create_quarantine())
            tables = {
                name: _land_file(connection, staged[name])
                if name in staged
                else _derive(connection, table, folder)
                for name, table in RAW_TABLES.items()
            }
            return LandingReport(tables, _quarantined(connection), _newest_order(connection))
    except duckdb.OutOfMemoryException as error:
        raise LandingError((_no_room(error),)) from error
    except duckdb.IOException as error:
        if "No space left" not in str(error):
            raise
        raise LandingError((_no_room(error),)) from error
    finally:
        for name in (*map(_rows_of, RAW_TABLES), _FAULTS):
            connection.execute(f"drop table if exists temp.{name}")


def _stage_all(connection: duckdb.DuckDBPyConnection, folder: Folder) -> dict[str, _Staged]:
    staged = {}
    faults = list(folder.faults)
    for name, path in folder.files.items():
        kind = ParquetSource if path.suffix == ".parquet" else CsvSource
        try:
            source = kind(path, RAW_TABLES[name])
            rows = stage(connection, source, _rows_of(name))
        except FileFault as fault:
            faults.extend(fault.faults)
            continue
        # Only now is it known whether the file holds marks, and the plan depends on it.
        plan = make_plan(RAW_TABLES[name], source, _rows_of(name))
        staged[name] = _Staged(plan, source, rows)
    if faults:
        raise LandingError(tuple(faults))
    return staged


def _no_room(error: duckdb.Error) -> str:
    said = str(error).splitlines()[0]
    return (
        f"the files do not fit into memory and disk ({said}). Allowed is what fits several times "
        "over, as it is unpacked, checked and written; free some disk and land again"
    )


def _land_file(connection: duckdb.DuckDBPyConnection, staged: _Staged) -> LandedTable:
    plan = staged.plan
    connection.execute(statements.find_faults(plan, _FAULTS))
    if plan.has_key:
        connection.execute(statements.find_duplicates(plan, _FAULTS))
    connection.execute(statements.quarantine(plan, _FAULTS))
    connection.execute(statements.accept(plan, _FAULTS))
    quarantined = _count(connection, f"raw.quarantined_rows where table_name = '{plan.table.name}'")
    landed = LandedTable(
        plan.file_name,
        rows_read=staged.rows,
        rows_accepted=_count(connection, f"raw.{plan.table.name}"),
        rows_quarantined=quarantined,
        notices=(*staged.source.notices, *plan.notices, *_rounded(connection, plan)),
    )
    if landed.rows_read != landed.rows_accepted + landed.rows_quarantined:
        raise RowsLostError(
            f"{plan.file_name}: {landed.rows_read} rows read, but {landed.rows_accepted} accepted "
            f"and {landed.rows_quarantined} quarantined; the raw tables are as they were"
        )
    return landed


def _derive(connection: duckdb.DuckDBPyConnection, table: RawTable, folder: Folder) -> LandedTable:
    make = {
        "customers": derived.derive_customers,
        "product_catalog": derived.derive_product_catalog,
    }[table.name]
    connection.execute(make(table))
    rows = _count(connection, f"raw.{table.name}")
    notice = f"{table.name}: no file; derived from orders and order_items"
    if folder.other_names:
        notice += f". Files that belong to no table: {shown(folder.other_names)}"
    return LandedTable(None, rows, rows, 0, (notice,))


def _rounded(connection: duckdb.DuckDBPyConnection, plan: Plan) -> tuple[str, ...]:
    names = [column.name for column in plan.columns if column.rounded]
    if not names:
        return ()
    [counts] = connection.execute(statements.count_rounded(plan, _FAULTS)).fetchall()
    return tuple(
        f"{plan.file_name}: {name}: values rounded half-up to "
        f"{plan.table.column(name).scale} decimals: {count}"
        for name, count in zip(names, counts, strict=True)
        if count
    )


def _quarantined(connection: duckdb.DuckDBPyConnection) -> tuple[QuarantinedRows, ...]:
    groups = connection.execute(statements.examples()).fetchall()
    return tuple(
        QuarantinedRows(
            table, file, column, rows, tuple(zip(numbers, values, reasons, strict=True))
        )
        for table, file, column, rows, numbers, values, reasons in groups
    )


def _newest_order(connection: duckdb.DuckDBPyConnection) -> datetime.datetime | None:
    newest: datetime.datetime | None
    [(newest,)] = connection.execute("select max(order_date) from raw.orders").fetchall()
    return newest


def _count(connection: duckdb.DuckDBPyConnection, rows: str) -> int:
    [(count,)] = connection.execute(f"select count(*) from {rows}").fetchall()
    return int(count)


def _rows_of(table: str) -> str:
    return f"landing_{table}"


@contextmanager
def _transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    connection.begin()
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.commit()
