"""What the customers' tables must keep: every customer once, with the money of the orders."""

from analytics_assets.defs.staging.revenue import RETURNS_OF_CUSTOMERS, STAGED_REVENUE_ORDERS
from analytics_assets.lib.checks.contract import AS_DESCRIBED, Contract
from analytics_assets.lib.checks.rules import no_rows, same_rows

RFM_SEGMENTS = Contract(
    "staging.rfm_segments",
    rules=(
        no_rows(
            "there is a segment for each of the 25 cells",
            """
select count(*) as cells from staging.rfm_segments
where recency_score between 1 and 5 and frequency_monetary_score between 1 and 5
having count(*) <> 25
""",
            check=AS_DESCRIBED,
        ),
        no_rows(
            "a segment has one action and one priority",
            """
select behavioral_segment, count(*) as cells
from staging.rfm_segments
group by behavioral_segment
having count(distinct recommended_action) > 1 or count(distinct segment_priority) > 1
""",
            check=AS_DESCRIBED,
        ),
    ),
)

CUSTOMER_LIFETIME_VALUE = Contract(
    "analytics.customer_lifetime_value",
    amount="total_revenue",
    rules=(
        same_rows(
            "each customer has the figures of its revenue orders",
            [
                "customer_id",
                "total_orders",
                "gross_revenue",
                "returned_amount",
                "total_revenue",
                "total_items_purchased",
                "first_order_date",
                "last_order_date",
            ],
            f"""
select
    customers.customer_id,
    count(orders.order_id) as total_orders,
    coalesce(sum(orders.net_amount), 0) as gross_revenue,
    coalesce(max(returned.amount), 0) as returned_amount,
    coalesce(sum(orders.net_amount), 0) - coalesce(max(returned.amount), 0) as total_revenue,
    coalesce(sum(orders.total_quantity), 0) as total_items_purchased,
    min(orders.order_day) as first_order_date,
    max(orders.order_day) as last_order_date
from staging.stg_customers as customers
left join ({STAGED_REVENUE_ORDERS}) as orders on customers.customer_id = orders.customer_id
left join ({RETURNS_OF_CUSTOMERS}) as returned on customers.customer_id = returned.customer_id
group by customers.customer_id
""",
            explanation="each of staging, with the sums of net_amount, less what came back of "
            "these orders",
        ),
    ),
)

CUSTOMER_SEGMENTATION = Contract(
    "analytics.customer_segmentation",
    amount="total_revenue",
    rules=(
        same_rows(
            "the figures are those of the lifetime value",
            [
                "customer_id",
                "total_orders",
                "total_revenue",
                "recency_score",
                "frequency_score",
                "monetary_score",
                "value_tier",
                "customer_status",
                "as_of_date",
            ],
            "select * from analytics.customer_lifetime_value",
        ),
    ),
)

SEGMENT_MIGRATION = Contract(
    "analytics.segment_migration",
    amount="revenue_now",
    rules=(
        no_rows(
            "each column adds up to the segment of today",
            """
with moved as (
    select segment_now, sum(customers) as customers, sum(revenue_now) as revenue
    from analytics.segment_migration
    group by segment_now
),
today as (
    select behavioral_segment, count(*) as customers, sum(total_revenue) as revenue
    from analytics.customer_segmentation
    group by behavioral_segment
)
select
    coalesce(moved.segment_now, today.behavioral_segment) as segment,
    moved.customers,
    today.customers as expected_customers,
    moved.revenue,
    today.revenue as expected_revenue
from moved
full outer join today on moved.segment_now = today.behavioral_segment
where moved.customers is distinct from today.customers
    or moved.revenue is distinct from today.revenue
""",
        ),
    ),
)

CUSTOMER_VALUE_FORECAST = Contract(
    "analytics.customer_value_forecast",
    rules=(
        same_rows(
            "repeat_purchase_days are the days with a revenue order but the first",
            ["customer_id", "repeat_purchase_days"],
            f"""
select
    customers.customer_id,
    nullif(count(distinct orders.order_day), 0) - 1 as repeat_purchase_days
from staging.stg_customers as customers
left join ({STAGED_REVENUE_ORDERS}) as orders on customers.customer_id = orders.customer_id
group by customers.customer_id
""",
            explanation="of each customer of staging; NULL for who never bought",
        ),
    ),
)
