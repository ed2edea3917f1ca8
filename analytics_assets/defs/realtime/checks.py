"""What the realtime tables must keep: every landed order once, and the money of all of them."""

from analytics_assets.defs.staging.revenue import REVENUE_ORDERS, differing_months
from analytics_assets.lib.checks.contract import Contract
from analytics_assets.lib.checks.rules import WARN, no_rows, same_rows

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
            "no order, line or amount is lost or counted twice",
            """
select facts.*, orders.*, lines.*
from (
    select count(*) as orders, coalesce(sum(net_amount), 0) as amount,
        coalesce(sum(items_per_order), 0) as items,
        coalesce(sum(order_items_total), 0) as items_amount
    from realtime.fact_orders
) as facts
cross join (
    select count(*) as expected_orders, coalesce(sum(net_amount), 0) as expected_amount
    from realtime.enriched_orders
) as orders
cross join (
    select coalesce(sum(items.item_count), 0) as expected_items,
        coalesce(sum(items.items_total), 0) as expected_items_amount
    from staging.int_items_per_order as items
    inner join staging.int_orders as orders on items.order_id = orders.order_id
) as lines
where facts.orders <> orders.expected_orders or facts.amount <> orders.expected_amount
    or facts.items <> lines.expected_items or facts.items_amount <> lines.expected_items_amount
""",
            explanation="every order of enriched_orders, and every line of an order that exists, "
            "counts once",
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
