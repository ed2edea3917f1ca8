"""The least any method must do: read the columns once, and nothing else."""

from pathlib import Path

import duckdb

SCAN = """
create or replace table analytics.result as
select
    max(customer_id) as customer_id,
    max(order_day) as order_day,
    max(order_month) as order_month,
    count(*) as active_customers,
    count(*) as total_orders,
    sum(net_amount) as cohort_revenue
from staging.stg_orders
where is_revenue and net_amount > 0
"""


def run(database: Path) -> None:
    """Scan the orders, then the customers."""
    with duckdb.connect(database) as connection:
        connection.execute(SCAN)
        connection.execute(
            "select max(customer_id), max(signup_date), max(signup_month) "
            "from staging.stg_customers"
        ).fetchall()
