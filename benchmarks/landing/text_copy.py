"""DuckDB's own copy of the same files into tables of text: no rule, no count, nothing replaced."""

from pathlib import Path

import duckdb

from landing.files import TABLES, files


def prepare(database: Path) -> None:
    """Write the files."""
    files(database)


def run(database: Path) -> None:
    """Copy them into a database beside the shop's."""
    path = _copied(database)
    path.unlink(missing_ok=True)
    with duckdb.connect(path) as connection:
        for table in TABLES:
            file = files(database) / f"{table}.csv"
            connection.execute(
                f"create table {table} as from read_csv('{file}', all_varchar = true)"
            )


def collect(database: Path) -> None:
    """Bring what was copied to where it is compared."""
    path = _copied(database)
    with duckdb.connect(database) as connection:
        connection.execute(f"attach '{path}' as copied (read_only)")
        connection.execute(
            "create or replace table analytics.result as select * from "
            "(select count(*) as orders, sum(cast(total_amount as decimal(18, 2))) as amount "
            "from copied.orders), "
            "(select count(*) as lines, sum(cast(quantity as decimal(14, 3))) as pieces "
            "from copied.order_items)"
        )
    path.unlink()


def _copied(database: Path) -> Path:
    return database.with_suffix(".copied")
