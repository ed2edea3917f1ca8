"""What the tables of sales must keep: each order has one reason, money adds up to the cent."""

from analytics_assets.defs.staging.revenue import (
    ORDERS_BY_REASON,
    REVENUE_ORDERS,
    STAGED_REVENUE_ORDERS,
    differing_months,
)
from analytics_assets.lib.checks.contract import Contract
from analytics_assets.lib.checks.rules import AS_OF_DATE, expression, no_rows

ORDERS_ACCOUNTED_FOR = Contract(
    "analytics.orders_accounted_for",
    rules=(
        no_rows(
            "the reasons add up to the landed orders",
            f"""
select
    coalesce(ours.reason, landed.reason) as reason,
    ours.orders, landed.orders as expected_orders,
    ours.amount, landed.amount as expected_amount
from (
    select reason, orders, amount from analytics.orders_accounted_for where part_of = 'all orders'
) as ours
full outer join ({ORDERS_BY_REASON}) as landed on ours.reason = landed.reason
where coalesce(ours.orders, 0) <> coalesce(landed.orders, 0)
    or coalesce(ours.amount, 0) <> coalesce(landed.amount, 0)
""",
            explanation="each reason has the landed orders it is about, to the cent",
        ),
    ),
)

_OTHER_TABLES = """
with bridge as (
    select line, sum(amount) as amount from analytics.revenue_bridge group by line
),
sums as (
    select 'raw_revenue_orders' as lines, 'sales of daily_sales' as what, sum(sales) as amount
    from analytics.daily_sales
    union all
    select 'returned', 'returns_of_these_sales of daily_sales', sum(returns_of_these_sales)
    from analytics.daily_sales
    union all
    select 'returned_this_month', 'returned_this_day of daily_sales', sum(returned_this_day)
    from analytics.daily_sales
    union all
    select 'returned', 'returned_this_month of the bridge', amount
    from bridge
    where line = 'returned_this_month'
    union all
    select 'before_signup, in_cohorts', 'gross_revenue of customers', sum(gross_revenue)
    from analytics.customer_lifetime_value
    union all
    select 'returned_before_signup, returned_in_cohorts', 'returned_amount of customers',
        sum(returned_amount)
    from analytics.customer_lifetime_value
    union all
    select 'in_cohorts', 'cohort_revenue of cohorts', sum(cohort_revenue)
    from analytics.monthly_cohorts
    union all
    select 'returned_in_cohorts', 'cohort_returns of cohorts', sum(cohort_returns)
    from analytics.monthly_cohorts
)
select sums.what, sums.amount, sums.lines, sum(bridge.amount) as amount_of_lines
from sums
inner join bridge on ', ' || sums.lines || ',' like '%, ' || bridge.line || ',%'
group by sums.what, sums.amount, sums.lines
having coalesce(sums.amount, 0) <> sum(bridge.amount)
"""

REVENUE_BRIDGE = Contract(
    "analytics.revenue_bridge",
    reads=(
        "realtime.daily_business_metrics",
        "analytics.daily_sales",
        "analytics.customer_lifetime_value",
        "analytics.monthly_cohorts",
    ),
    rules=(
        expression(
            "nothing is unexplained",
            "line <> 'unexplained' or (orders = 0 and amount = 0)",
            ["line", "orders", "amount"],
            explanation="the lines of a month add up to its raw revenue orders: difference 0.00",
        ),
        no_rows(
            "the first line is the revenue of the landed orders",
            differing_months(
                "select order_month, amount as net_amount from analytics.revenue_bridge "
                "where line = 'raw_revenue_orders'",
                f"{REVENUE_ORDERS} and order_day <= {AS_OF_DATE}",
            ),
            explanation="to the cent, in every month",
        ),
        no_rows(
            "the revenue orders by customer add up to the daily metrics",
            differing_months(
                "select order_month, amount as net_amount from analytics.revenue_bridge "
                "where part_of = 'raw_revenue_orders' and split = 'by customer'",
                "select cast(date_trunc('month', order_day) as date) as order_month, "
                "net_revenue as net_amount from realtime.daily_business_metrics "
                f"where order_day <= {AS_OF_DATE}",
            ),
            explanation="daily_business_metrics up to as_of_date, to the cent, in every month",
        ),
        no_rows(
            "the parts of each line add up to it",
            """
select
    wholes.order_month, wholes.line, parts.split, wholes.orders, parts.orders as orders_of_parts,
    wholes.amount, parts.amount as amount_of_parts
from analytics.revenue_bridge as wholes
inner join (
    select order_month, part_of, split, sum(orders) as orders, sum(amount) as amount
    from analytics.revenue_bridge
    group by order_month, part_of, split
) as parts on wholes.order_month = parts.order_month and wholes.line = parts.part_of
where wholes.orders <> parts.orders or wholes.amount <> parts.amount
""",
            explanation="all orders by reason, revenue orders by customer and by product line, "
            "returns by customer: to the cent, in every month",
        ),
        no_rows(
            "days, customers and cohorts hold the sums of the bridge",
            _OTHER_TABLES,
            explanation="sales, and returns on both clocks, to the cent over all months",
        ),
    ),
)

_MONTH = "cast(date_trunc('month', order_day) as date) as order_month"

DAILY_SALES = Contract(
    "analytics.daily_sales",
    amount="sales",
    rules=(
        expression(
            "new, returning and unknown customers add up to all",
            "new_customer_orders + returning_customer_orders + unknown_customer_orders = orders "
            "and new_customer_sales + returning_customer_sales + unknown_customer_sales = sales",
            ["order_day", "orders", "sales"],
            null_fails=True,
        ),
        no_rows(
            "sales are those of the revenue orders",
            differing_months(
                f"select {_MONTH}, sales as net_amount from analytics.daily_sales",
                STAGED_REVENUE_ORDERS,
            ),
            explanation="to the cent, in every month",
        ),
        no_rows(
            "both clocks hold all returns of sales",
            """
select sold.amount as by_sale, sold.back as by_return, returns.amount as returned
from (
    select
        coalesce(sum(returns_of_these_sales), 0) as amount,
        coalesce(sum(returned_this_day), 0) as back
    from analytics.daily_sales
) as sold
cross join (
    select coalesce(sum(amount), 0) as amount from staging.stg_returns where is_of_a_sale
) as returns
where sold.amount <> returns.amount or sold.back <> returns.amount
""",
            explanation="over all days, to the cent",
        ),
    ),
)
