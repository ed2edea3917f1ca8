"""dbt's model customer_months without dbt: its statements, with what dbt renders filled in."""

import duckdb

LAST_DAY = "2025-11-30"

_ORDERS = "staging.stg_orders where is_revenue and net_amount > 0"
_FINGERPRINT = "sum(hash('model', customer_id, order_day, net_amount))"
_BUILD = f"""
with customer_months as (
    select
        customer_id,
        order_month,
        min(order_day) as first_order_date,
        max(order_day) as last_order_date,
        count(*) as total_orders,
        cast(sum(net_amount) as decimal(18, 2)) as total_revenue,
        {_FINGERPRINT} as part_of_fingerprint
    from {_ORDERS} and ({{condition}})
    group by customer_id, order_month
),
fingerprints as (
    select order_month, cast(sum(part_of_fingerprint) as varchar) as orders_fingerprint
    from customer_months
    group by order_month
)
select customer_months.* exclude (part_of_fingerprint), fingerprints.orders_fingerprint
from customer_months
inner join fingerprints on customer_months.order_month = fingerprints.order_month
where customer_months.customer_id is not null
order by customer_months.order_month
"""
_MONTHS_TO_REPLACE = f"""
select distinct coalesce(orders.order_month, built.order_month)
from (
    select
        order_month,
        cast({_FINGERPRINT} as varchar) as orders_fingerprint,
        count(customer_id) as total_orders,
        sum(case when customer_id is not null then net_amount end) as total_revenue
    from {_ORDERS}
    group by order_month
) as orders
full outer join (
    select
        order_month,
        orders_fingerprint,
        sum(total_orders) as total_orders,
        sum(total_revenue) as total_revenue
    from analytics.customer_months
    group by order_month, orders_fingerprint
) as built on orders.order_month = built.order_month
where orders.orders_fingerprint is distinct from built.orders_fingerprint
    or orders.total_orders is distinct from built.total_orders
    or orders.total_revenue is distinct from built.total_revenue
"""


def build(connection: duckdb.DuckDBPyConnection, condition: str = "true") -> None:
    """Build the whole table of the orders under a condition."""
    rows = _BUILD.format(condition=condition)
    connection.execute(f"create or replace table analytics.customer_months as {rows}")


def keep_up(connection: duckdb.DuckDBPyConnection) -> None:
    """Replace the months whose orders have changed."""
    months = connection.execute(_MONTHS_TO_REPLACE).fetchall()
    ranges = [
        f"order_day >= date '{month}' and order_day < date '{month}' + interval '1 month'"
        for (month,) in months
    ]
    connection.execute("begin")
    connection.execute(
        f"create temporary table built as {_BUILD.format(condition=' or '.join(ranges) or 'false')}"
    )
    connection.execute(
        "delete from analytics.customer_months "
        f"where order_month in ({', '.join(repr(str(month)) for (month,) in months) or 'null'})"
    )
    connection.execute("insert into analytics.customer_months from built")
    connection.execute("commit")
