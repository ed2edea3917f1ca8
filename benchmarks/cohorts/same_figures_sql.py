"""SQL as an analyst writes it: customers' months first, then churn and who comes back by windows.

The counts of this project's figures, but for the variances that health needs.
"""

from pathlib import Path

import duckdb

CELLS = """
create or replace table analytics.result as
with months as (
    select
        customer_id,
        order_month,
        count(*) as total_orders,
        sum(net_amount) as revenue,
        max(order_day) as last_day
    from staging.stg_orders
    where is_revenue and net_amount > 0
    group by customer_id, order_month
),
steps as (
    select
        customers.signup_month,
        months.order_month,
        months.total_orders,
        months.revenue,
        lag(months.order_month) over (
            partition by months.customer_id order by months.order_month
        ) as month_before,
        lead(months.order_month) over (
            partition by months.customer_id order by months.order_month
        ) as month_after
    from months
    inner join staging.stg_customers as customers on months.customer_id = customers.customer_id
    where months.last_day >= customers.signup_date
)
select
    signup_month as cohort_month,
    datediff('month', signup_month, order_month) as months_since_signup,
    count(*) as active_customers,
    count(case when datediff('month', month_before, order_month) = 1 then 1 end) as continued,
    count(case when datediff('month', month_before, order_month) > 1 then 1 end) as reactivated,
    count(case when month_after is null then 1 end) as last_active,
    sum(total_orders) as total_orders,
    sum(revenue) as cohort_revenue
from steps
group by signup_month, order_month
"""


def run(database: Path) -> None:
    """Do all in one statement."""
    with duckdb.connect(database) as connection:
        connection.execute(CELLS)
