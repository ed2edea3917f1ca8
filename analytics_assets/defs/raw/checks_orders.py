"""The contract of raw.orders."""

from analytics_assets.defs.raw.checks_quarantine import few_rows_quarantined
from analytics_assets.lib.checks.contract import Contract
from analytics_assets.lib.checks.rules import (
    WARN,
    has_rows,
    in_range,
    not_blank,
    not_null,
    references,
    unique_text,
)

ORDERS = Contract(
    table="raw.orders",
    meaning="docs/methods.md#raw",
    key=("order_id",),
    columns={
        "order_id": "VARCHAR",
        "customer_id": "VARCHAR",
        "order_date": "TIMESTAMP",
        "order_status": "VARCHAR",
        "total_amount": "DECIMAL(12,2)",
        "discount_percent": "DECIMAL(5,2)",
        "shipping_cost": "DECIMAL(8,2)",
    },
    rules=(
        has_rows(),
        not_blank("order_id"),
        unique_text("order_id"),
        not_null("order_date", "total_amount", severity=WARN),
        in_range("discount_percent", minimum=0, maximum=100),
        in_range("shipping_cost", minimum=0, severity=WARN),
        references(
            "every named customer is registered",
            "customer_id",
            "raw.customers",
            trimmed=True,
            shown=["order_id"],
            severity=WARN,
        ),
        few_rows_quarantined("orders"),
    ),
)
