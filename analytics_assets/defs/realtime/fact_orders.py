"""The contract of realtime.fact_orders."""

from analytics_assets.defs.realtime.enriched_orders import ENRICHED_ORDERS_COLUMNS
from analytics_assets.lib.checks.contract import Contract
from analytics_assets.lib.checks.rules import expression, no_rows, not_null, references, unique

FACT_ORDERS = Contract(
    table="realtime.fact_orders",
    meaning="docs/methods.md#realtime",
    key=("order_id",),
    is_view=True,
    columns={
        **ENRICHED_ORDERS_COLUMNS,
        "items_per_order": "BIGINT",
        "total_quantity": "BIGINT",
        "order_items_total": "DECIMAL(18,2)",
    },
    rules=(
        not_null("order_id"),
        unique(["order_id"]),
        references("every order is an enriched order", "order_id", "realtime.enriched_orders"),
        no_rows(
            "no order is lost and no amount counted twice",
            """
select facts.order_count, orders.order_count as expected_order_count,
    facts.amount, orders.amount as expected_amount
from (
    select count(*) as order_count, coalesce(sum(net_amount), 0) as amount
    from realtime.fact_orders
) as facts
cross join (
    select count(*) as order_count, coalesce(sum(net_amount), 0) as amount
    from realtime.enriched_orders
) as orders
where facts.order_count <> orders.order_count or facts.amount <> orders.amount
""",
        ),
        no_rows(
            "the items of the orders add up",
            """
select facts.item_count, items.item_count as expected_item_count,
    facts.amount, items.amount as expected_amount
from (
    select coalesce(sum(items_per_order), 0) as item_count,
        coalesce(sum(order_items_total), 0) as amount
    from realtime.fact_orders
) as facts
cross join (
    select count(*) as item_count, coalesce(sum(line_total), 0) as amount
    from raw.order_items
    where trim(order_id) in (select trim(order_id) from raw.orders)
) as items
where facts.item_count <> items.item_count or facts.amount <> items.amount
""",
            explanation="every raw line of an order that exists counts once",
        ),
        expression(
            "an order without items has no items total",
            "items_per_order > 0 or (order_items_total = 0 and total_quantity = 0)",
            ["items_per_order", "total_quantity", "order_items_total"],
            null_fails=True,
        ),
    ),
)
