"""What the tables of sales must keep: each order has one reason, money adds up to the cent."""

from analytics_assets.defs.staging.revenue import (
    ORDERS_BY_REASON,
    REVENUE_ORDERS,
    STAGED_REVENUE_ORDERS,
    differing_months,
)
from analytics_assets.lib.checks.contract import Contract
from analytics_assets.lib.checks.rules import AS_OF_DATE, expression, follows_the_clock, no_rows

ORDERS_ACCOUNTED_FOR = Contract(
    "analytics.orders_accounted_for",
    rules=(
        follows_the_clock(),
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

REVENUE_BRIDGE = Contract(
    "analytics.revenue_bridge",
    reads=("realtime.daily_business_metrics",),
    rules=(
        follows_the_clock(),
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
            "all lines but the first add up to the live tier",
            differing_months(
                "select order_month, amount as net_amount from analytics.revenue_bridge "
                "where line <> 'raw_revenue_orders'",
                "select cast(date_trunc('month', order_day) as date) as order_month, "
                "net_revenue as net_amount from realtime.daily_business_metrics "
                f"where order_day <= {AS_OF_DATE}",
            ),
            explanation="daily_business_metrics up to as_of_date, to the cent, in every month",
        ),
    ),
)

_MONTH = "cast(date_trunc('month', order_day) as date) as order_month"

DAILY_SALES = Contract(
    "analytics.daily_sales",
    amount="sales",
    rules=(
        follows_the_clock(),
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
