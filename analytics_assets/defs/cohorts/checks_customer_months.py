"""The contract of analytics.customer_months."""

from analytics_assets.defs.staging.shared_revenue import STAGED_REVENUE_ORDERS
from analytics_assets.lib.checks.contract import Contract
from analytics_assets.lib.checks.rules import expression, in_range, no_rows, not_null, unique

CUSTOMER_MONTHS = Contract(
    table="analytics.customer_months",
    meaning="docs/methods.md#5-cohorts",
    key=("customer_id", "order_month"),
    columns={
        "customer_id": "VARCHAR",
        "order_month": "DATE",
        "first_order_date": "DATE",
        "last_order_date": "DATE",
        "total_orders": "BIGINT",
        "total_revenue": "DECIMAL(18,2)",
        "orders_fingerprint": "VARCHAR",
    },
    rules=(
        not_null(
            "customer_id",
            "order_month",
            "first_order_date",
            "last_order_date",
            "total_orders",
            "total_revenue",
            "orders_fingerprint",
        ),
        unique(["customer_id", "order_month"]),
        in_range("total_orders", minimum=1),
        in_range("total_revenue", minimum=0.01),
        expression(
            "first and last order date are in the month",
            """
    cast(date_trunc('month', first_order_date) as date) = order_month
    and cast(date_trunc('month', last_order_date) as date) = order_month
    and first_order_date <= last_order_date
""",
            ["order_month", "first_order_date", "last_order_date"],
            null_fails=True,
        ),
        # By customer it would cost as much as building the table; the cells of monthly_cohorts
        # are compared with each customer's orders.
        no_rows(
            "each month has its revenue orders with a customer",
            f"""
with built as (
    select
        order_month,
        sum(total_orders) as orders,
        sum(total_revenue) as revenue,
        min(first_order_date) as first_day,
        max(last_order_date) as last_day
    from analytics.customer_months
    group by order_month
),
staged as (
    select
        order_month,
        count(*) as orders,
        sum(net_amount) as revenue,
        min(order_day) as first_day,
        max(order_day) as last_day
    from ({STAGED_REVENUE_ORDERS}) as revenue_orders
    where customer_id is not null
    group by order_month
)
select
    coalesce(built.order_month, staged.order_month) as order_month,
    built.orders,
    staged.orders as expected_orders,
    built.revenue,
    staged.revenue as expected_revenue
from built
full outer join staged on built.order_month = staged.order_month
where built.orders is distinct from staged.orders
    or built.revenue is distinct from staged.revenue
    or built.first_day is distinct from staged.first_day
    or built.last_day is distinct from staged.last_day
""",
            explanation="orders, revenue, first and last day",
        ),
        no_rows(
            "a month is built from one state of its orders",
            """
select order_month, count(distinct orders_fingerprint) as fingerprints
from analytics.customer_months
group by order_month
having count(distinct orders_fingerprint) > 1
""",
        ),
    ),
)
