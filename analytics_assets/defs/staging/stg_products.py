"""The contract of staging.stg_products."""

from analytics_assets.lib.checks.agreement import agree, same
from analytics_assets.lib.checks.contract import Contract
from analytics_assets.lib.checks.rules import (
    accepted_values,
    expression,
    no_rows,
    not_null,
    references,
    unique,
)

STG_PRODUCTS = Contract(
    table="staging.stg_products",
    meaning="docs/methods.md#staging-views",
    key=("product_id",),
    is_view=True,
    columns={
        "product_id": "VARCHAR",
        "product_name": "VARCHAR",
        "product_category": "VARCHAR",
        "description": "VARCHAR",
        "features": "VARCHAR",
        "price": "DECIMAL(10,2)",
        "unit_cost": "DECIMAL(10,2)",
        "is_cost_estimated": "BOOLEAN",
        "margin": "DECIMAL(11,2)",
        "margin_percent": "DOUBLE",
        "stock_quantity": "INTEGER",
        "stock_status": "VARCHAR",
    },
    rules=(
        not_null("product_id", "is_cost_estimated"),
        unique(["product_id"]),
        references(
            "every product is in the raw catalogue",
            "product_id",
            "raw.product_catalog",
            trimmed=True,
        ),
        no_rows(
            "no product of the catalogue is lost",
            """
select distinct trim(product_id) as product_id
from raw.product_catalog as landed
where trim(product_id) <> ''
    and not exists (
        select 1
        from staging.stg_products as staged
        where staged.product_id = trim(landed.product_id)
    )
""",
        ),
        expression(
            "an estimated cost is a share of the price",
            lambda variables: (
                "not is_cost_estimated or"
                f" unit_cost = round(price * {variables.cost_ratio_when_unknown}, 2)"
            ),
            ["price", "unit_cost", "is_cost_estimated"],
            explanation="price * cost_ratio_when_unknown",
        ),
        expression(
            "margin and margin_percent are those of price and unit_cost",
            same("margin", "price - unit_cost")
            + " and "
            + agree("margin_percent * price", "case when price <> 0 then 100 * margin end"),
            ["price", "unit_cost", "margin", "margin_percent"],
            explanation="a percentage of the price, NULL where the price is 0",
        ),
        accepted_values("stock_status", ["unknown", "out_of_stock", "low", "normal", "high"]),
        expression(
            "stock_status follows stock_quantity",
            "(stock_status = 'unknown') = (stock_quantity is null)"
            " and (stock_status = 'out_of_stock') = coalesce(stock_quantity <= 0, false)",
            ["stock_quantity", "stock_status"],
        ),
    ),
)
