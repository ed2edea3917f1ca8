"""The contract of analytics.customer_segmentation."""

from analytics_assets.lib.checks.contract import Contract
from analytics_assets.lib.checks.rules import (
    expression,
    no_rows,
    not_null,
    references,
    unique,
)

CUSTOMER_SEGMENTATION = Contract(
    table="analytics.customer_segmentation",
    meaning="docs/methods.md#3-customers",
    key=("customer_id",),
    columns={
        "customer_id": "VARCHAR",
        "customer_name": "VARCHAR",
        "recency_score": "INTEGER",
        "frequency_score": "INTEGER",
        "monetary_score": "INTEGER",
        "rfm_score": "DOUBLE",
        "total_revenue": "DECIMAL(18,2)",
        "total_orders": "BIGINT",
        "avg_order_value": "DOUBLE",
        "value_tier": "VARCHAR",
        "customer_status": "VARCHAR",
        "behavioral_segment": "VARCHAR",
        "recommended_action": "VARCHAR",
        "segment_priority": "INTEGER",
        "as_of_date": "DATE",
    },
    rules=(
        not_null("customer_id", "behavioral_segment", "recommended_action", "segment_priority"),
        unique(["customer_id"]),
        references(
            "every customer has a lifetime value",
            "customer_id",
            "analytics.customer_lifetime_value",
        ),
        no_rows(
            "no customer is lost and the figures are those of the lifetime value",
            """
select valued.customer_id, valued.total_revenue as expected_revenue, segmented.total_revenue,
    valued.total_orders as expected_orders, segmented.total_orders
from analytics.customer_lifetime_value as valued
left join analytics.customer_segmentation as segmented
    on valued.customer_id = segmented.customer_id
where segmented.customer_id is null
    or segmented.total_revenue is distinct from valued.total_revenue
    or segmented.total_orders is distinct from valued.total_orders
    or segmented.avg_order_value is distinct from valued.avg_order_value
    or segmented.recency_score is distinct from valued.recency_score
    or segmented.frequency_score is distinct from valued.frequency_score
    or segmented.monetary_score is distinct from valued.monetary_score
    or segmented.rfm_score is distinct from valued.rfm_score
    or segmented.customer_status is distinct from valued.customer_status
    or segmented.value_tier is distinct from valued.value_tier
    or segmented.as_of_date is distinct from valued.as_of_date
""",
        ),
        expression(
            "prospects are those who never purchased",
            "(behavioral_segment = 'prospects') = (customer_status = 'never_purchased')"
            " and (behavioral_segment = 'prospects') = (rfm_score is null)",
            ["customer_status", "rfm_score", "behavioral_segment"],
            null_fails=True,
        ),
        no_rows(
            "the segment is the one of the scores",
            """
select segmented.customer_id, segmented.recency_score, segmented.frequency_score,
    segmented.monetary_score, segmented.behavioral_segment
from analytics.customer_segmentation as segmented
where segmented.rfm_score is not null
    and not exists (
        select 1
        from staging.rfm_segments as cells
        where cells.recency_score = segmented.recency_score
            and cells.frequency_monetary_score
            = round((segmented.frequency_score + segmented.monetary_score) * 0.5, 0)
            and cells.behavioral_segment = segmented.behavioral_segment
            and cells.recommended_action = segmented.recommended_action
            and cells.segment_priority = segmented.segment_priority
    )
""",
            explanation="the cell of recency and of the mean of the others, rounded half up",
        ),
    ),
)
