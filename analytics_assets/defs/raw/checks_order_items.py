"""The contract of raw.order_items."""

from analytics_assets.defs.raw.checks_quarantine import few_rows_quarantined
from analytics_assets.lib.checks.contract import Contract
from analytics_assets.lib.checks.rules import (
    WARN,
    expression,
    has_rows,
    in_range,
    not_blank,
    not_null,
    references,
    unique_text,
)

ORDER_ITEMS = Contract(
    table="raw.order_items",
    meaning="docs/methods.md#raw",
    key=("order_item_id",),
    columns={
        "order_item_id": "VARCHAR",
        "order_id": "VARCHAR",
        "product_id": "VARCHAR",
        "product_name": "VARCHAR",
        "product_category": "VARCHAR",
        "quantity": "INTEGER",
        "unit_price": "DECIMAL(10,2)",
        "line_total": "DECIMAL(12,2)",
    },
    rules=(
        has_rows(),
        not_blank("order_item_id", "order_id", "product_id", severity=WARN),
        # Nothing joins or counts by order_item_id, so a repeated one harms no number.
        unique_text("order_item_id", severity=WARN),
        references(
            "every line belongs to an order",
            "order_id",
            "raw.orders",
            trimmed=True,
            shown=["order_item_id"],
            severity=WARN,
        ),
        references(
            "every product is in the catalogue",
            "product_id",
            "raw.product_catalog",
            trimmed=True,
            shown=["order_item_id"],
            severity=WARN,
        ),
        not_null("quantity", "unit_price", severity=WARN),
        in_range("quantity", minimum=1, severity=WARN),
        in_range("unit_price", minimum=0, severity=WARN),
        expression(
            "line_total is quantity times unit_price",
            "line_total = quantity * unit_price",
            ["quantity", "unit_price", "line_total"],
            severity=WARN,
        ),
        few_rows_quarantined("order_items"),
    ),
)
