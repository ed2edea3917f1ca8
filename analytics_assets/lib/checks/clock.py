"""The one clock, as SQL that any rule on a row can use."""

from analytics_assets.lib.checks.rules import expression

AS_OF_DATE = "(select as_of_date from staging.stg_clock)"

AS_OF_DATE_IS_THE_CLOCKS = expression(
    "as_of_date is that of the clock",
    f"as_of_date = {AS_OF_DATE}",
    ["as_of_date"],
    null_fails=True,
)
