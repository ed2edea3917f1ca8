"""SQL with count(distinct customer_id): fewer columns than this project's."""

from pathlib import Path

import duckdb

ACTIVE_CELLS = """
create or replace table analytics.result as
select
    customers.signup_month as cohort_month,
    datediff('month', customers.signup_month, orders.order_month) as months_since_signup,
    count(distinct orders.customer_id) as active_customers,
    count(*) as total_orders,
    sum(orders.net_amount) as cohort_revenue
from staging.stg_orders as orders
inner join staging.stg_customers as customers on orders.customer_id = customers.customer_id
where orders.is_revenue
    and orders.net_amount > 0
    and orders.order_day >= customers.signup_date
group by customers.signup_month, orders.order_month
"""


def run(database: Path) -> None:
    """Do all in one statement."""
    with duckdb.connect(database) as connection:
        connection.execute(ACTIVE_CELLS)
