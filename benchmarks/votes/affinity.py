"""product_affinity of the same orders, moved into 90 days: what the cost of votes is held to."""

from pathlib import Path

import duckdb
from pairs import ours


def prepare(database: Path) -> None:
    """Put the orders into the 90 days that product_affinity looks at."""
    with duckdb.connect(database) as connection:
        connection.execute("alter table staging.stg_orders rename to kept_orders")
        connection.execute(
            "create table staging.stg_orders as select order_id, is_demand,"
            " date '2025-11-30' - cast(date_diff('day', order_day, date '2025-11-30') % 90"
            " as integer) as order_day from staging.kept_orders"
        )


def run(database: Path) -> dict[str, float]:
    """Do what that asset does."""
    return ours.run(database)


def collect(database: Path) -> None:
    """Put the orders back, and the result into the columns of the votes."""
    with duckdb.connect(database) as connection:
        connection.execute("drop table staging.stg_orders")
        connection.execute("alter table staging.kept_orders rename to stg_orders")
        connection.execute("alter table analytics.result add column votes_together double")
