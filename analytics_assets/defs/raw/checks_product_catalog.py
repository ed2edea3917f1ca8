"""The contract of raw.product_catalog."""

from analytics_assets.defs.raw.checks_quarantine import few_rows_quarantined
from analytics_assets.lib.checks.contract import Contract
from analytics_assets.lib.checks.rules import (
    WARN,
    expression,
    has_rows,
    in_range,
    not_blank,
    unique_text,
)

PRODUCT_CATALOG = Contract(
    table="raw.product_catalog",
    meaning="docs/methods.md#raw",
    key=("product_id",),
    columns={
        "product_id": "VARCHAR",
        "product_name": "VARCHAR",
        "product_category": "VARCHAR",
        "description": "VARCHAR",
        "features": "VARCHAR",
        "price": "DECIMAL(10,2)",
        "stock_quantity": "INTEGER",
        "unit_cost": "DECIMAL(10,2)",
    },
    rules=(
        has_rows(severity=WARN),
        # Staging leaves out a product without an id and keeps one of a repeated id.
        not_blank("product_id", severity=WARN),
        unique_text("product_id", severity=WARN),
        in_range("price", "unit_cost", "stock_quantity", minimum=0, severity=WARN),
        expression(
            "no product costs more than its price",
            "unit_cost <= price",
            ["unit_cost", "price"],
            severity=WARN,
        ),
        few_rows_quarantined("product_catalog"),
    ),
)
