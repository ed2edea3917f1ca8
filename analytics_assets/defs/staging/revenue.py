"""Which orders are revenue, and the sums of it that the checks hold every table to."""

# Of int_orders and stg_orders, as dbt's macro is_revenue_order.
IS_REVENUE = "is_revenue and net_amount > 0"

# Of every landed order, whatever the as_of_date. analytics.revenue_bridge reads raw.orders itself,
# and so says that these are its revenue orders, month by month to the cent.
REVENUE_ORDERS = f"""
    select order_id, order_day, order_month, net_amount
    from staging.int_orders
    where {IS_REVENUE}
"""

# Every landed order up to as_of_date by its first reason: what the table of reasons is held to.
ORDERS_BY_REASON = """
    select reason, count(*) as orders, coalesce(sum(net_amount), 0) as amount
    from (
        select
            net_amount,
            case
                when left_out_as = 'test_order' then 'test order'
                when left_out_as = 'other_currency' then 'another currency'
                when order_status = 'unknown' then 'unknown status'
                when not is_demand then 'cancelled and the like'
                when not is_revenue then 'demand only'
                when net_amount > 0 then 'counted as revenue'
                else 'not positive'
            end as reason
        from staging.int_orders
        where order_day <= (select as_of_date from staging.stg_clock)
    ) as orders
    group by reason
"""

STAGED_REVENUE_ORDERS = f"""
    select order_id, customer_id, order_day, order_month, net_amount, total_quantity
    from staging.stg_orders
    where {IS_REVENUE}
"""

# What came back of the revenue orders of each customer.
RETURNS_OF_CUSTOMERS = f"""
    select orders.customer_id, sum(returns.amount) as amount
    from staging.stg_returns as returns
    inner join ({STAGED_REVENUE_ORDERS}) as orders on returns.order_id = orders.order_id
    where orders.customer_id is not null
    group by orders.customer_id
"""


def differing_months(left: str, right: str) -> str:
    """Return the query for the months in which two tables do not have the same revenue.

    Both are subqueries with order_month and net_amount; a month that one of them lacks differs.
    """
    return f"""
with ours as (
    select order_month, sum(net_amount) as net_revenue from ({left}) as a group by order_month
),
theirs as (
    select order_month, sum(net_amount) as net_revenue from ({right}) as b group by order_month
)
select
    coalesce(ours.order_month, theirs.order_month) as order_month,
    ours.net_revenue,
    theirs.net_revenue as expected_net_revenue,
    coalesce(ours.net_revenue, 0) - coalesce(theirs.net_revenue, 0) as difference
from ours
full outer join theirs on ours.order_month = theirs.order_month
where coalesce(ours.net_revenue, 0) <> coalesce(theirs.net_revenue, 0)
"""
