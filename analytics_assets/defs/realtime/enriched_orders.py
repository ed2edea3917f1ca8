"""The contract of realtime.enriched_orders."""

from analytics_assets.defs.staging.shared_orders import DATE_PARTS, DISCOUNT_AMOUNT, NET_AMOUNT
from analytics_assets.lib.checks.agreement import same
from analytics_assets.lib.checks.contract import Contract
from analytics_assets.lib.checks.rules import (
    accepted_values,
    expression,
    no_rows,
    not_null,
    references,
    unique,
)

ENRICHED_ORDERS_COLUMNS = {
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
    "final_amount": "DECIMAL(13,2)",
    "discount_tier": "VARCHAR",
    "order_size": "VARCHAR",
}

ENRICHED_ORDERS = Contract(
    table="realtime.enriched_orders",
    meaning="docs/methods.md#realtime",
    key=("order_id",),
    is_view=True,
    columns=ENRICHED_ORDERS_COLUMNS,
    rules=(
        not_null("order_id"),
        unique(["order_id"]),
        references("every order is in raw orders", "order_id", "raw.orders", trimmed=True),
        no_rows(
            "no order is lost",
            """
select trim(order_id) as order_id, order_date
from raw.orders as landed
where not exists (
    select 1 from realtime.enriched_orders as live where live.order_id = trim(landed.order_id)
)
""",
            explanation="the live tier has every order, whatever the as_of_date",
        ),
        DATE_PARTS,
        NET_AMOUNT,
        DISCOUNT_AMOUNT,
        expression(
            "final_amount is net_amount and shipping",
            same("final_amount", "net_amount + coalesce(shipping_cost, 0)"),
            ["net_amount", "shipping_cost", "final_amount"],
        ),
        accepted_values("discount_tier", ["none", "low", "medium", "high"]),
        expression(
            "order_size follows net_amount",
            lambda variables: same(
                "order_size",
                f"""case
        when net_amount < {variables.medium_order_from} then 'small'
        when net_amount < {variables.large_order_from} then 'medium'
        when net_amount is not null then 'large'
    end""",
            ),
            ["net_amount", "order_size"],
        ),
    ),
)
