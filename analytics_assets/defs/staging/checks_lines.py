"""What the lines of orders must keep, and what frequent products should have."""

from collections.abc import Callable

from analytics_assets.defs.staging.checks import spelt_in_two_ways
from analytics_assets.lib.checks.contract import Contract
from analytics_assets.lib.checks.rules import (
    AS_OF_DATE,
    WARN,
    TolerantRule,
    no_rows,
    references,
)
from analytics_assets.lib.warehouse.literals import literals
from analytics_assets.variables import Variables

_MANY = 30
# A shop where everything has one of a few prices has lines alike, too.
_FEW_PRICES = 10
_LINES_OF_ORDERS = "the lines are those of the staged orders"
_FREQUENT_PRODUCTS = "frequent products have a category and a price"

INT_ITEMS_PER_ORDER = Contract(
    "staging.int_items_per_order",
    amount="items_total",
    reads=("staging.int_orders",),
    rules=(
        references(
            "every line belongs to an order",
            "order_id",
            "staging.int_orders",
            shown=["item_count", "items_total"],
            severity=WARN,
            amount="items_total",
            advice="the lines of these orders are left out; land the orders that are missing",
        ),
    ),
)


def _frequent_products(condition: str) -> Callable[[Variables], str]:
    """Return the query for the products in more than 10 % of the baskets that are so."""

    def query(variables: Variables) -> str:
        excluded = variables.excluded_product_ids
        kept = f"and items.product_id not in ({literals(excluded)})" if excluded else ""
        return f"""
with basket_products as (
    select orders.order_id, items.product_id, max(items.unit_price) as unit_price
    from staging.stg_orders as orders
    inner join staging.stg_order_items as items on orders.order_id = items.order_id
    where orders.is_demand
        and orders.order_day > {AS_OF_DATE} - {variables.lookback_days}
        and items.product_id is not null
        {kept}
    group by orders.order_id, items.product_id
),
baskets as (
    select count(distinct order_id) as basket_count from basket_products
),
products as (
    select product_id, count(*) as product_baskets, max(unit_price) as highest_price
    from basket_products
    group by product_id
)
select products.product_id, catalog.product_name, products.product_baskets, baskets.basket_count
from products
cross join baskets
left join staging.stg_products as catalog on products.product_id = catalog.product_id
where products.product_baskets > 0.1 * baskets.basket_count
    and {condition}
"""

    return query


STG_ORDER_ITEMS = Contract(
    "staging.stg_order_items",
    amount="line_total",
    key_advice="nothing counts by order_item_id, so no number is wrong; look at the lines' ids",
    rules=(
        references(
            "every line belongs to a staged order",
            "order_id",
            "staging.stg_orders",
            check=_LINES_OF_ORDERS,
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
            check=_LINES_OF_ORDERS,
            explanation="as many lines, and as much in them, as the staged orders have",
        ),
        no_rows(
            "lines of one order have totals of their own",
            f"""
with baskets as (
    select order_id, count(distinct line_total) as totals, min(line_total) as line_total,
        sum(line_total) as amount
    from staging.stg_order_items
    where line_total > 0
    group by order_id
    having count(distinct product_id) > 1
),
counted as (
    select count(*) as orders, count(case when totals = 1 then 1 end) as alike,
        count(distinct case when totals = 1 then line_total end) as different_totals
    from baskets
)
select baskets.order_id, baskets.line_total, baskets.amount
from baskets
cross join counted
where baskets.totals = 1
    and counted.orders >= {_MANY}
    and counted.alike > 0.8 * counted.orders
    and counted.different_totals > {_FEW_PRICES}
""",
            explanation="in four of five orders with several products each line has the same "
            "total, and it differs from order to order",
            amount="amount",
            advice="line_total may hold the total of the whole order, which then counts once per "
            "line; land unit_price instead, or the total of the line",
        ),
        TolerantRule(
            "every line of a sale has an amount",
            offending=lambda *_: (
                """
select lines.order_item_id, lines.order_id, lines.product_id, lines.quantity, lines.unit_price
from staging.stg_order_items as lines
inner join staging.stg_orders as orders on lines.order_id = orders.order_id
where orders.is_revenue and lines.line_total is null
"""
            ),
            explanation="it may be 0, not missing",
            by_rows=True,
            advice="these lines count for nothing, and an order made of its lines is worth too "
            "little; land quantity and price, or the total, of each line",
        ),
        references(
            "every product is in the catalogue",
            "product_id",
            "staging.stg_products",
            shown=["order_item_id", "line_total"],
            severity=WARN,
            amount="line_total",
            advice="these products have no cost and no catalogue name; add them to the catalogue",
        ),
        no_rows(
            "every frequent product has a category",
            _frequent_products("catalog.product_category is null"),
            check=_FREQUENT_PRODUCTS,
            explanation="a product in more than 10 % of the baskets",
            severity=WARN,
            advice="it may be postage or a fee; name such codes in excluded_product_ids",
        ),
        no_rows(
            "every frequent product has a price",
            _frequent_products("products.highest_price <= 0"),
            check=_FREQUENT_PRODUCTS,
            explanation="a product in more than 10 % of the baskets",
            severity=WARN,
            advice="a sample or a gift is in many baskets and would be recommended with all; "
            "name it in excluded_product_ids",
        ),
        no_rows(
            "no two product ids differ only in case, blanks or leading zeros",
            spelt_in_two_ways(
                *("product_id", "order_item_id", "line_total", "staging.stg_order_items"),
                "staging.stg_products",
            ),
            explanation="nor one of a line from one of the catalogue",
            severity=WARN,
            amount="line_total",
            advice="one product may be counted as two; write each id in one way",
        ),
    ),
)
