"""The contract of staging.rfm_segments, the seed that maps scores to segments."""

from analytics_assets.lib.checks.contract import Contract
from analytics_assets.lib.checks.rules import (
    accepted_values,
    in_range,
    no_rows,
    not_null,
    row_count,
    unique,
)
from analytics_assets.lib.warehouse.literals import literal

SEGMENTS = (
    "champions",
    "loyal",
    "potential_loyalists",
    "new_customers",
    "promising",
    "needs_attention",
    "about_to_sleep",
    "at_risk",
    "cant_lose_them",
    "hibernating",
    "lost",
)

_SEGMENT_ROWS = ", ".join(f"({literal(segment)})" for segment in SEGMENTS)

RFM_SEGMENTS = Contract(
    table="staging.rfm_segments",
    meaning="docs/methods.md#3-customers",
    key=("recency_score", "frequency_monetary_score"),
    columns={
        "recency_score": "INTEGER",
        "frequency_monetary_score": "INTEGER",
        "behavioral_segment": "VARCHAR",
        "recommended_action": "VARCHAR",
        "segment_priority": "INTEGER",
    },
    # 25 distinct pairs of scores from 1 to 5 are all there can be: exhaustive and exclusive.
    rules=(
        row_count(25, 25),
        not_null(
            "recency_score", "frequency_monetary_score", "recommended_action", "segment_priority"
        ),
        unique(["recency_score", "frequency_monetary_score"]),
        in_range("recency_score", "frequency_monetary_score", minimum=1, maximum=5),
        accepted_values("behavioral_segment", SEGMENTS),
        no_rows(
            "every segment can be reached",
            f"""
select known.behavioral_segment
from (values {_SEGMENT_ROWS}) as known (behavioral_segment)
where known.behavioral_segment not in (
    select behavioral_segment from staging.rfm_segments where behavioral_segment is not null
)
""",
        ),
        no_rows(
            "a segment has one action and one priority",
            """
select behavioral_segment, count(*) as cell_count
from staging.rfm_segments
group by behavioral_segment
having count(distinct recommended_action) > 1 or count(distinct segment_priority) > 1
""",
        ),
    ),
)
