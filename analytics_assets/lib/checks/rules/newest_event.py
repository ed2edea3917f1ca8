"""A table's newest event is recent, as of the one clock."""

from dagster import AssetCheckSeverity

from analytics_assets.lib.checks.rules.rule import WARN, TableRule


def newest_event(column: str, max_days: int, *, severity: AssetCheckSeverity = WARN) -> TableRule:
    """Return the rule that the newest ``column`` is at most ``max_days`` before as_of_date.

    ``column`` is a DATE or TIMESTAMP. A table without any event breaks the rule.
    """
    return TableRule(
        f"the newest {column} is recent",
        explanation=f"at most {max_days} days before as_of_date",
        offending=lambda table, _: (
            "select newest, as_of_date\n"
            f"from (select cast(max({column}) as date) as newest from {table}) as events\n"
            "cross join staging.stg_clock\n"
            f"where newest is null or newest < as_of_date - {max_days}"
        ),
        severity=severity,
    )
