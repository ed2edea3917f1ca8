"""How much of a raw table may stand in the quarantine instead."""

from analytics_assets.lib.checks.rules import Rule, no_rows
from analytics_assets.lib.warehouse.literals import literal


def few_rows_quarantined(table: str) -> Rule:
    """Return the rule on the quarantined rows of ``raw.<table>``."""
    return no_rows(
        "at most five percent of the rows are quarantined",
        f"""
select quarantined.row_count as quarantined_rows, landed.row_count as landed_rows
from (
    select count(*) as row_count from raw.quarantined_rows where table_name = {literal(table)}
) as quarantined
cross join (select count(*) as row_count from raw.{table}) as landed
where quarantined.row_count > 0.05 * (quarantined.row_count + landed.row_count)
""",
        explanation="of those that came, landed or not",
    )
