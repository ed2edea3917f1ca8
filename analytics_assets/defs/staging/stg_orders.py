"""The contract of staging.stg_orders."""

from analytics_assets.defs.staging.shared_orders import DATE_PARTS, DISCOUNT_AMOUNT, NET_AMOUNT
from analytics_assets.defs.staging.shared_revenue import (
    RAW_REVENUE_ORDERS,
    STAGED_REVENUE_ORDERS,
    differing_months,
)
from analytics_assets.lib.checks.clock import AS_OF_DATE
from analytics_assets.lib.checks.contract import Contract
from analytics_assets.lib.checks.rules import (
    WARN,
    expression,
    has_rows,
    newest_event,
    no_rows,
    not_null,
    references,
    unique,
    usual_volume,
)

STG_ORDERS = Contract(
    table="staging.stg_orders",
    meaning="docs/methods.md#staging-views",
    key=("order_id",),
    is_view=True,
    columns={
        "order_id": "VARCHAR",
        "customer_id": "VARCHAR",
        "order_date": "TIMESTAMP",
        "order_day": "DATE",
        "order_month": "DATE",
        "order_year": "INTEGER",
        "order_day_of_week": "INTEGER",
        "order_hour": "INTEGER",
        "order_status": "VARCHAR",
        "is_demand": "BOOLEAN",
        "is_revenue": "BOOLEAN",
        "total_amount": "DECIMAL(12,2)",
        "discount_percent": "DECIMAL(5,2)",
        "discount_amount": "DECIMAL(13,2)",
        "net_amount": "DECIMAL(12,2)",
        "shipping_cost": "DECIMAL(8,2)",
        "item_count": "BIGINT",
        "total_quantity": "BIGINT",
        "items_total": "DECIMAL(18,2)",
    },
    rules=(
        has_rows(),
        not_null("order_id", "is_demand", "is_revenue", "item_count"),
        unique(["order_id"]),
        references("every order is in raw orders", "order_id", "raw.orders", trimmed=True),
        no_rows(
            "no order up to as_of_date is lost",
            f"""
select trim(order_id) as order_id, order_date
from raw.orders as landed
where cast(order_date as date) <= {AS_OF_DATE}
    and not exists (
        select 1 from staging.stg_orders as staged where staged.order_id = trim(landed.order_id)
    )
""",
        ),
        expression(
            "no order is after as_of_date",
            f"order_day <= {AS_OF_DATE}",
            ["order_day"],
            null_fails=True,
        ),
        DATE_PARTS,
        no_rows(
            "every status is known",
            f"""
select lower(trim(order_status)) as unknown_status, count(*) as order_count
from raw.orders as landed
where cast(order_date as date) <= {AS_OF_DATE}
    and not exists (
        select 1
        from staging.order_statuses as known
        where known.raw_status = lower(trim(landed.order_status))
    )
group by lower(trim(order_status))
""",
            explanation="a status missing from the seed order_statuses counts for nothing",
            severity=WARN,
        ),
        no_rows(
            "an order counts for what its status does",
            """
select orders.order_status, orders.is_demand, orders.is_revenue, orders.order_count
from (
    select order_status, is_demand, is_revenue, count(*) as order_count
    from staging.stg_orders
    group by order_status, is_demand, is_revenue
) as orders
left join (
    select distinct order_status, is_demand, is_revenue from staging.order_statuses
) as known on orders.order_status = known.order_status
where orders.is_demand <> coalesce(known.is_demand, false)
    or orders.is_revenue <> coalesce(known.is_revenue, false)
""",
            explanation="for neither demand nor revenue where the seed lacks the status",
        ),
        NET_AMOUNT,
        DISCOUNT_AMOUNT,
        no_rows(
            "revenue is that of the raw revenue orders",
            differing_months(
                STAGED_REVENUE_ORDERS, f"{RAW_REVENUE_ORDERS} and order_date < {AS_OF_DATE} + 1"
            ),
            explanation="to the cent, in every month",
        ),
        expression(
            "a sale has no negative amount",
            "total_amount >= 0 or not is_revenue",
            ["order_status", "total_amount"],
            severity=WARN,
        ),
        expression(
            "total_amount is the sum of the lines",
            "total_amount = items_total or item_count = 0",
            ["total_amount", "items_total", "item_count"],
            explanation="in orders with lines",
            severity=WARN,
        ),
        references(
            "every named customer is known",
            "customer_id",
            "staging.stg_customers",
            shown=["order_id"],
            severity=WARN,
        ),
        no_rows(
            "no order is before its customer signed up",
            """
select orders.order_id, orders.customer_id, orders.order_day, customers.signup_date
from staging.stg_orders as orders
inner join staging.stg_customers as customers on orders.customer_id = customers.customer_id
where orders.order_day < customers.signup_date
""",
            severity=WARN,
        ),
        newest_event("order_day", 3),
        usual_volume("order_day"),
    ),
)
