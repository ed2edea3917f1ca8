"""pandas: merge, then nunique over the groups of cohort and month."""

from pathlib import Path

import duckdb
import pyarrow as pa

from cohorts.orders import ORDERS


def run(database: Path) -> None:
    """Read both tables, aggregate, write."""
    with duckdb.connect(database) as connection:
        orders = connection.execute(ORDERS).df()
        customers = connection.execute("select * from staging.stg_customers").df()
        joined = orders.merge(customers, on="customer_id")
        joined = joined[joined["order_day"] >= joined["signup_date"]]
        cells = (
            joined.groupby(["signup_month", "order_month"])
            .agg(
                active_customers=("customer_id", "nunique"),
                total_orders=("cents", "size"),
                cents=("cents", "sum"),
            )
            .reset_index()
        )
        cells["cohort_revenue"] = cells.pop("cents") / 100
        connection.register("cells", pa.Table.from_pandas(cells, preserve_index=False))
        connection.execute("create or replace table analytics.result as from cells")
