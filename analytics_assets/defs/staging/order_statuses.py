"""The contract of staging.order_statuses, the seed that says what each status counts for."""

from analytics_assets.lib.checks.contract import Contract
from analytics_assets.lib.checks.rules import (
    accepted_values,
    expression,
    has_rows,
    no_rows,
    not_null,
    unique,
)

_SOLD = ("completed", "shipped", "delivered")
_OPEN = ("processing", "pending")
_VOID = ("cancelled", "returned", "refunded", "adjustment")

ORDER_STATUSES = Contract(
    table="staging.order_statuses",
    meaning="docs/methods.md#1-rules-that-every-table-obeys",
    key=("raw_status",),
    columns={
        "raw_status": "VARCHAR",
        "order_status": "VARCHAR",
        "is_demand": "BOOLEAN",
        "is_revenue": "BOOLEAN",
    },
    rules=(
        has_rows(),
        not_null("raw_status", "is_demand", "is_revenue"),
        unique(["raw_status"]),
        expression(
            "raw_status is written as orders are compared",
            "raw_status = lower(trim(raw_status))",
            ["raw_status"],
            explanation="lower case, without blanks around it",
        ),
        accepted_values("order_status", [*_SOLD, *_OPEN, *_VOID]),
        expression(
            "revenue is demand",
            "is_demand or not is_revenue",
            ["is_demand", "is_revenue"],
        ),
        no_rows(
            "every status counts for one thing",
            """
select order_status, count(*) as row_count
from staging.order_statuses
group by order_status
having min(cast(is_demand as integer)) <> max(cast(is_demand as integer))
    or min(cast(is_revenue as integer)) <> max(cast(is_revenue as integer))
""",
            explanation="two spellings of a status are both demand or not, both revenue or not",
        ),
    ),
)
