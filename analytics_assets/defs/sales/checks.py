"""What the revenue bridge must keep: money adds up, month by month, to the cent."""

from analytics_assets.defs.staging.revenue import RAW_REVENUE_ORDERS, differing_months
from analytics_assets.lib.checks.contract import Contract
from analytics_assets.lib.checks.rules import AS_OF_DATE, expression, follows_the_clock, no_rows

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
            "the first line is the revenue of the raw orders",
            differing_months(
                "select order_month, amount as net_amount from analytics.revenue_bridge "
                "where line = 'raw_revenue_orders'",
                f"{RAW_REVENUE_ORDERS} and order_date < {AS_OF_DATE} + 1",
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
