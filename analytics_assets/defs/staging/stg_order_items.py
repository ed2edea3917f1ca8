"""The contract of staging.stg_order_items."""

from analytics_assets.defs.products.checks_baskets import basket_products
from analytics_assets.lib.checks.agreement import agree, same
from analytics_assets.lib.checks.contract import Contract
from analytics_assets.lib.checks.rules import (
    WARN,
    expression,
    no_rows,
    not_null,
    references,
    unique,
)
from analytics_assets.variables import Variables


def _frequent_products_without_category(variables: Variables) -> str:
    return f"""
with basket_products as (
    {basket_products(variables)}
),
baskets as (
    select count(distinct order_id) as basket_count from basket_products
),
products as (
    select product_id, count(*) as product_baskets from basket_products group by product_id
)
select products.product_id, catalog.product_name, products.product_baskets, baskets.basket_count
from products
cross join baskets
left join staging.stg_products as catalog on products.product_id = catalog.product_id
where products.product_baskets > 0.1 * baskets.basket_count
    and catalog.product_category is null
"""


STG_ORDER_ITEMS = Contract(
    table="staging.stg_order_items",
    meaning="docs/methods.md#staging-views",
    key=("order_item_id",),
    is_view=True,
    columns={
        "order_item_id": "VARCHAR",
        "order_id": "VARCHAR",
        "product_id": "VARCHAR",
        "product_name": "VARCHAR",
        "product_category": "VARCHAR",
        "quantity": "INTEGER",
        "unit_price": "DECIMAL(10,2)",
        "line_total": "DECIMAL(12,2)",
        "catalog_price": "DECIMAL(10,2)",
        "price_difference": "DECIMAL(11,2)",
        "pricing_type": "VARCHAR",
        "calculated_unit_price": "DOUBLE",
    },
    rules=(
        # As in raw.order_items: a repeated id of a line harms no number.
        not_null("order_item_id", severity=WARN),
        unique(["order_item_id"], severity=WARN),
        not_null("order_id"),
        references(
            "every line belongs to a staged order",
            "order_id",
            "staging.stg_orders",
            shown=["order_item_id"],
        ),
        no_rows(
            "no line is lost or multiplied",
            """
select lines.line_count, orders.line_count as expected_line_count,
    lines.amount, orders.amount as expected_amount
from (
    select count(*) as line_count, coalesce(sum(line_total), 0) as amount
    from staging.stg_order_items
) as lines
cross join (
    select coalesce(sum(item_count), 0) as line_count, coalesce(sum(items_total), 0) as amount
    from staging.stg_orders
) as orders
where lines.line_count <> orders.line_count or lines.amount <> orders.amount
""",
            explanation="as many lines, and as much in them, as the staged orders have",
        ),
        references(
            "every product is in the catalogue",
            "product_id",
            "staging.stg_products",
            shown=["order_item_id"],
            severity=WARN,
        ),
        no_rows(
            "name, category and price are those of the catalogue",
            """
select items.order_item_id, items.product_id, items.product_name, items.product_category,
    items.catalog_price
from staging.stg_order_items as items
left join staging.stg_products as products on items.product_id = products.product_id
where items.catalog_price is distinct from products.price
    or items.product_name <> products.product_name
    or items.product_category <> products.product_category
""",
            explanation="joined by product_id; the line's own where the catalogue lacks them",
        ),
        expression(
            "price_difference is unit_price less catalog_price",
            same("price_difference", "unit_price - catalog_price"),
            ["unit_price", "catalog_price", "price_difference"],
        ),
        expression(
            "pricing_type follows price_difference",
            """
    pricing_type = case
        when price_difference is null then 'unknown'
        when price_difference < 0 then 'discounted'
        when price_difference > 0 then 'premium'
        else 'standard'
    end
""",
            ["price_difference", "pricing_type"],
            null_fails=True,
        ),
        expression(
            "calculated_unit_price is line_total by quantity",
            agree(
                "calculated_unit_price * quantity", "case when quantity <> 0 then line_total end"
            ),
            ["quantity", "line_total", "calculated_unit_price"],
            explanation="NULL where the quantity is 0",
        ),
        no_rows(
            "every frequent product has a category",
            _frequent_products_without_category,
            explanation=(
                "a product in more than 10 % of the baskets and without a category may be postage"
                " or a fee; name such codes in excluded_product_ids"
            ),
            severity=WARN,
        ),
    ),
)
