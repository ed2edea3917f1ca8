"""What the realtime tables must keep: every landed order once, and the money of all of them."""

from analytics_assets.defs.staging.revenue import REVENUE_ORDERS, differing_months
from analytics_assets.lib.checks.contract import Contract
from analytics_assets.lib.checks.rules import WARN, newest_event, no_rows, same_rows

ENRICHED_ORDERS = Contract(
    "realtime.enriched_orders",
    amount="net_amount",
    rules=(
        same_rows(
            "the orders are those that were landed",
            ["order_id"],
            "select order_id from staging.int_orders",
            explanation="the table has every order, whatever the as_of_date",
        ),
    ),
)

FACT_ORDERS = Contract(
    "realtime.fact_orders",
    amount="net_amount",
    rules=(
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
    select coalesce(sum(lines.item_count), 0) as item_count,
        coalesce(sum(lines.items_total), 0) as amount
    from staging.int_items_per_order as lines
    inner join staging.int_orders as orders on lines.order_id = orders.order_id
) as items
where facts.item_count <> items.item_count or facts.amount <> items.amount
""",
            explanation="every line of an order that exists counts once",
        ),
    ),
)

DAILY_BUSINESS_METRICS = Contract(
    "realtime.daily_business_metrics",
    amount="net_revenue",
    rules=(
        no_rows(
            "every landed order counts once",
            """
select days.order_count, landed.order_count as expected_order_count
from (
    select coalesce(sum(all_orders), 0) as order_count from realtime.daily_business_metrics
) as days
cross join (select count(*) as order_count from staging.int_orders) as landed
where days.order_count <> landed.order_count
""",
        ),
        no_rows(
            "net revenue is that of the revenue orders",
            differing_months(
                "select cast(date_trunc('month', order_day) as date) as order_month, "
                "net_revenue as net_amount from realtime.daily_business_metrics "
                "where order_day is not null",
                f"{REVENUE_ORDERS} and order_day is not null",
            ),
            explanation="to the cent, in every month; orders without a date are in no month",
        ),
        newest_event(
            "order_day",
            3,
            severity=WARN,
            advice="the newest days are missing; look at what fills the orders",
        ),
        no_rows(
            "open orders are of the last four weeks",
            """
select days.order_day, days.open_orders, days.open_amount, days.net_revenue
from realtime.daily_business_metrics as days
cross join (
    select max(order_day) as newest_day from realtime.daily_business_metrics
) as newest
where days.open_amount >= 0.05 * (days.net_revenue + days.open_amount)
    and days.open_amount > 0
    and days.order_day < newest.newest_day - 28
""",
            explanation="where they are 5 % or more of a day's amount",
            severity=WARN,
            amount="open_amount",
            advice="ship, cancel or close what was forgotten; where it is of the newest 92 days, "
            "comparisons stop before it",
        ),
    ),
)
