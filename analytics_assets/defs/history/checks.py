"""What the history must keep: its parts add up, and its days are those of the orders."""

from analytics_assets.lib.checks.contract import Contract
from analytics_assets.lib.checks.rules import WARN, expression, no_rows
from analytics_assets.lib.tables import table

_SEGMENTS = [c for c in table("analytics.shop_history").columns if c.startswith("segment_")]

SHOP_HISTORY = Contract(
    "analytics.shop_history",
    rules=(
        expression(
            "segments and statuses add up to the registered customers",
            f"{' + '.join(_SEGMENTS)} = registered_customers and active_customers"
            " + at_risk_customers + churned_customers + segment_prospects = registered_customers",
            ["registered_customers", "buyers"],
        ),
        no_rows(
            "the day of the clock is that of the marts",
            """
select history.as_of_date, history.registered_customers, marts.customers,
    history.active_customers, marts.active
from analytics.shop_history as history
inner join (
    select as_of_date, count(*) as customers,
        count(case when customer_status = 'active' then 1 end) as active
    from analytics.customer_segmentation
    group by as_of_date
) as marts on history.as_of_date = marts.as_of_date
where history.as_of_date = history.known_up_to
    and (
        history.registered_customers <> marts.customers
        or history.active_customers <> marts.active
    )
""",
            severity=WARN,
            advice="a run has changed the tables since, or ended half way; run daily_refresh and "
            "fill the day again.",
        ),
        no_rows(
            "the sales of 28 days are those of the orders",
            """
select history.as_of_date, history.orders_28d, sum(coalesce(days.orders, 0)) as expected_orders,
    history.sales_28d, sum(coalesce(days.sales, 0)) as expected_sales
from analytics.shop_history as history
left join analytics.daily_sales as days
    on history.as_of_date >= days.order_day and history.as_of_date - 28 < days.order_day
where history.as_of_date <= (select max(order_day) from analytics.daily_sales)
group by history.as_of_date, history.orders_28d, history.sales_28d
having abs(history.sales_28d - sum(coalesce(days.sales, 0)))
    > 0.05 * greatest(history.sales_28d, sum(coalesce(days.sales, 0)))
""",
            explanation="within 5 %, since statuses change after a day is filled",
            severity=WARN,
            advice="orders of these days landed or changed after they were filled, or are of "
            "another shop; fill the days again: docs/operations.md says how.",
        ),
    ),
    reads=("analytics.daily_sales", "analytics.customer_segmentation"),
)
