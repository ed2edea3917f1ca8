"""Revenue as the checks count it, so that every table is held to the same money."""

# In hundredths of a cent every product is exact on both engines, so that half cents round alike.
RAW_NET_AMOUNT = (
    "cast(coalesce(total_amount - discount_amount, round(total_amount * (100 - "
    "coalesce(discount_percent, 0)), 0) * 0.01) as decimal(18, 2))"
)

# Status and amount without the models that the checks check. An order left out as a test or for its
# currency is named by a check of its own.
RAW_REVENUE_ORDERS = f"""
    select
        nullif(trim(order_id), '') as order_id,
        cast(order_date as date) as order_day,
        cast(date_trunc('month', order_date) as date) as order_month,
        {RAW_NET_AMOUNT} as net_amount
    from raw.orders
    where {RAW_NET_AMOUNT} > 0
        and (
            lower(trim(order_status)) in (
                select raw_status from staging.order_statuses where is_revenue
            )
            or (
                lower(trim(order_status)) in (
                    select raw_status from staging.order_statuses
                    where order_status in ('returned', 'refunded')
                )
                and trim(order_id) in (
                    select trim(order_id) from raw.returns where order_id is not null
                )
            )
        )
        and coalesce(trim(order_id), '') not in (
            select order_id from staging.int_orders
            where left_out_as is not null and order_id is not null
        )
"""

# Every landed order up to as_of_date by its first reason: what the table of reasons is held to.
ORDERS_BY_REASON = f"""
    select reason, count(*) as orders, coalesce(sum(net_amount), 0) as amount
    from (
        select
            {RAW_NET_AMOUNT} as net_amount,
            case
                when orders.is_test then 'test order'
                when upper(trim(orders.currency)) <> (
                    select upper(trim(currency)) as currency
                    from raw.orders
                    where trim(currency) <> ''
                    group by upper(trim(currency))
                    order by count(*) desc nulls last, 1
                    limit 1
                ) and trim(orders.currency) <> '' then 'another currency'
                when statuses.raw_status is null then 'unknown status'
                when not statuses.is_demand then 'cancelled and the like'
                when not statuses.is_revenue then 'demand only'
                when {RAW_NET_AMOUNT} > 0 then 'counted as revenue'
                else 'not positive'
            end as reason
        from raw.orders as orders
        left join staging.order_statuses as statuses
            on lower(trim(orders.order_status)) = statuses.raw_status
        where cast(orders.order_date as date) <= (select as_of_date from staging.stg_clock)
            and trim(orders.order_id) <> ''
    ) as orders
    group by reason
"""

STAGED_REVENUE_ORDERS = """
    select order_id, customer_id, order_day, order_month, net_amount, total_quantity
    from staging.stg_orders
    where is_revenue and net_amount > 0
"""


# What came back of the revenue orders of each customer.
RETURNS_OF_CUSTOMERS = """
    select orders.customer_id, sum(returns.amount) as amount
    from staging.stg_returns as returns
    inner join staging.stg_orders as orders on returns.order_id = orders.order_id
    where orders.is_revenue and orders.net_amount > 0 and orders.customer_id is not null
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
