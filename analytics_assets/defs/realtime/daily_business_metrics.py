"""The contract of realtime.daily_business_metrics."""

from analytics_assets.defs.staging.shared_revenue import RAW_REVENUE_ORDERS, differing_months
from analytics_assets.lib.checks.agreement import agree
from analytics_assets.lib.checks.contract import Contract
from analytics_assets.lib.checks.rules import (
    WARN,
    expression,
    in_range,
    newest_event,
    no_rows,
    not_null,
    unique,
)

_NET_REVENUE_BY_DAY = """
    select
        cast(date_trunc('month', order_day) as date) as order_month,
        net_revenue as net_amount
    from realtime.daily_business_metrics
"""

DAILY_BUSINESS_METRICS = Contract(
    table="realtime.daily_business_metrics",
    meaning="docs/methods.md#realtime",
    key=("order_day",),
    is_view=True,
    columns={
        "order_day": "DATE",
        "all_orders": "BIGINT",
        "orders": "BIGINT",
        "customers": "BIGINT",
        "gross_revenue": "DECIMAL(18,2)",
        "net_revenue": "DECIMAL(18,2)",
        "discounts": "DECIMAL(18,2)",
        "shipping": "DECIMAL(18,2)",
        "avg_order_value": "DOUBLE",
        "discount_penetration": "DOUBLE",
        "small_orders": "BIGINT",
        "medium_orders": "BIGINT",
        "large_orders": "BIGINT",
    },
    rules=(
        # Orders without a date share the day NULL; raw.orders warns of them.
        not_null("order_day", severity=WARN),
        unique(["order_day"]),
        expression(
            "customers are no more than orders and these no more than all",
            "0 <= customers and customers <= orders and orders <= all_orders",
            ["all_orders", "orders", "customers"],
            null_fails=True,
        ),
        expression(
            "the sizes add up to the orders",
            "small_orders + medium_orders + large_orders = orders",
            ["orders", "small_orders", "medium_orders", "large_orders"],
            null_fails=True,
        ),
        expression(
            "gross revenue less discounts is net revenue",
            "gross_revenue - discounts = net_revenue",
            ["gross_revenue", "discounts", "net_revenue"],
            null_fails=True,
        ),
        expression(
            "avg_order_value is net revenue by order",
            agree("avg_order_value * orders", "case when orders > 0 then net_revenue end"),
            ["orders", "net_revenue", "avg_order_value"],
            explanation="NULL on a day without a revenue order",
        ),
        in_range("discount_penetration", minimum=0, maximum=1),
        no_rows(
            "every raw order counts once",
            """
select days.order_count, landed.order_count as expected_order_count
from (
    select coalesce(sum(all_orders), 0) as order_count from realtime.daily_business_metrics
) as days
cross join (select count(*) as order_count from raw.orders) as landed
where days.order_count <> landed.order_count
""",
        ),
        no_rows(
            "net revenue is that of the raw revenue orders",
            differing_months(
                f"{_NET_REVENUE_BY_DAY} where order_day is not null",
                f"{RAW_REVENUE_ORDERS} and order_date is not null",
            ),
            explanation="to the cent, in every month; orders without a date are in no month",
        ),
        newest_event("order_day", 3),
    ),
)
