"""polars: lazy join, then n_unique over the groups of cohort and month, on the streaming engine."""

from pathlib import Path

import duckdb
import polars as pl

from cohorts.orders import ORDERS


def run(database: Path) -> None:
    """Read both tables, aggregate, write."""
    with duckdb.connect(database) as connection:
        orders = _read(connection, ORDERS)
        customers = _read(connection, "select * from staging.stg_customers")
        cells = (
            orders.join(customers, on="customer_id")
            .filter(pl.col("order_day") >= pl.col("signup_date"))
            .group_by("signup_month", "order_month")
            .agg(
                pl.col("customer_id").n_unique().alias("active_customers"),
                pl.len().alias("total_orders"),
                (pl.col("cents").sum() / 100).alias("cohort_revenue"),
            )
            .collect(engine="streaming")
        )
        connection.register("cells", cells.to_arrow())
        connection.execute("create or replace table analytics.result as from cells")


def _read(connection: duckdb.DuckDBPyConnection, query: str) -> pl.LazyFrame:
    return pl.from_arrow(connection.execute(query).to_arrow_table()).lazy()
