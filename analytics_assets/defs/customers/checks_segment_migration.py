"""The contract of analytics.segment_migration."""

from analytics_assets.lib.checks.clock import AS_OF_DATE_IS_THE_CLOCKS
from analytics_assets.lib.checks.contract import Contract
from analytics_assets.lib.checks.months import month_number
from analytics_assets.lib.checks.rules import expression, in_range, no_rows, not_null, unique

SEGMENT_MIGRATION = Contract(
    table="analytics.segment_migration",
    meaning="docs/methods.md#3-customers",
    key=("segment_before", "segment_now"),
    columns={
        "segment_before": "VARCHAR",
        "segment_now": "VARCHAR",
        "customers": "BIGINT",
        "revenue_before": "DECIMAL(18,2)",
        "revenue_now": "DECIMAL(18,2)",
        "compared_with_date": "DATE",
        "as_of_date": "DATE",
    },
    rules=(
        not_null("segment_before", "segment_now", "customers", "revenue_before", "revenue_now"),
        unique(["segment_before", "segment_now"]),
        in_range("customers", minimum=1),
        expression(
            "revenue only grows",
            "revenue_now >= revenue_before",
            ["revenue_before", "revenue_now"],
        ),
        AS_OF_DATE_IS_THE_CLOCKS,
        expression(
            "compared_with_date is a month before as_of_date",
            f"""
    {month_number("compared_with_date")} = {month_number("as_of_date")} - 1
    and (
        extract(day from compared_with_date) = extract(day from as_of_date)
        or (
            extract(day from compared_with_date) < extract(day from as_of_date)
            and extract(day from compared_with_date + 1) = 1
        )
    )
""",
            ["compared_with_date", "as_of_date"],
            explanation="the same day, or the last one of a month that has no such day",
            null_fails=True,
        ),
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
