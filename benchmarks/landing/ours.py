"""This project's landing: read, judge by every rule, count, replace the raw tables."""

from pathlib import Path

import duckdb

from analytics_assets.intake import land
from landing.files import files


def prepare(database: Path) -> None:
    """Write the files."""
    files(database)


def run(database: Path) -> None:
    """Land them into a database beside the shop's."""
    path = _landed(database)
    path.unlink(missing_ok=True)
    with duckdb.connect(path) as connection:
        land(connection, files(database))


def collect(database: Path) -> None:
    """Bring what landed to where it is compared."""
    path = _landed(database)
    with duckdb.connect(database) as connection:
        connection.execute(f"attach '{path}' as landed (read_only)")
        connection.execute(
            "create or replace table analytics.result as select * from "
            "(select count(*) as orders, sum(total_amount) as amount from landed.raw.orders), "
            "(select count(*) as lines, sum(quantity) as pieces from landed.raw.order_items)"
        )
    path.unlink()


def _landed(database: Path) -> Path:
    return database.with_suffix(".landed")
