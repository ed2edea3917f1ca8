"""The contract of staging.stg_clock."""

from analytics_assets.lib.checks.contract import Contract
from analytics_assets.lib.checks.rules import not_null, row_count

STG_CLOCK = Contract(
    table="staging.stg_clock",
    meaning="docs/methods.md#1-rules-that-every-table-obeys",
    key=("as_of_date",),
    is_view=True,
    columns={"as_of_date": "DATE"},
    rules=(row_count(1, 1), not_null("as_of_date")),
)
