"""``make export``: marts and realtime tables of the published copy as CSV, Parquet and Excel."""

import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import duckdb
import xlsxwriter

from analytics_assets.defs.published.copy import opened
from analytics_assets.errors import AnalyticsError
from analytics_assets.settings import load_settings

_SCHEMAS = ("analytics", "realtime")
MOST_EXCEL_ROWS = 1_048_575  # below the header; a sheet holds no more


def export(copy: Path, folder: Path) -> Iterator[tuple[Path, int]]:
    """Write each mart and realtime table as CSV, Parquet and .xlsx; yield file and rows.

    The order of columns is that of the table. NULL is an empty field in CSV and an empty cell in
    Excel, dates are ISO 8601 in CSV. A table beyond ``MOST_EXCEL_ROWS`` has no .xlsx.

    Raises:
        NotPublishedError: there is no copy yet.
    """
    with opened(copy) as connection:
        folder.mkdir(parents=True, exist_ok=True)
        names = connection.execute(
            "select table_schema, table_name from information_schema.tables"
            f" where table_schema in {_SCHEMAS} and not starts_with(table_name, 'int_')"
            " order by table_name"
        ).fetchall()
        for schema, name in names:
            count = connection.execute(f"select count(*) from {schema}.{name}").fetchone()
            rows = count[0] if count else 0
            for ending, form in (("csv", "csv, header"), ("parquet", "parquet")):
                file = folder / f"{name}.{ending}"
                place = str(file).replace("'", "''")
                connection.execute(f"copy {schema}.{name} to '{place}' (format {form})")
                yield file, rows
            file = folder / f"{name}.xlsx"
            file.unlink(missing_ok=True)
            if rows <= MOST_EXCEL_ROWS:
                _write_excel(connection.execute(f"from {schema}.{name}"), file)
                yield file, rows


def _write_excel(rows: duckdb.DuckDBPyConnection, file: Path) -> None:
    """Write the rows into a sheet: a frozen header with filters, dates as dates, text as text.

    Text stays text whatever it looks like: an id keeps its zeros, "=1+1" is no formula.
    """
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, {**options, "default_date_format": "yyyy-mm-dd"}) as book:
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet(file.stem[:31])
        names = [str(column[0]) for column in rows.description or []]
        sheet.write_row(0, 0, names, bold)
        sheet.freeze_panes(1, 0)
        sheet.add_write_handler(datetime, lambda to, *cell: to.write_datetime(*cell, moment))
        line = 0
        while batch := rows.fetchmany(10_000):
            for values in batch:
                line += 1
                for place, value in enumerate(values):
                    sheet.write(line, place, value)
        sheet.autofilter(0, 0, line, max(len(names) - 1, 0))


def main() -> int:
    """Write the files and say which; return the exit code of the process."""
    try:
        settings = load_settings()
        for file, rows in export(settings.published_path, settings.data_dir / "export"):
            sys.stdout.write(f"{rows:>12,} rows  {file}\n")
    except AnalyticsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
