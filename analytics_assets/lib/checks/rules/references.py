"""What a column names exists in another table."""

from collections.abc import Sequence

from dagster import AssetCheckSeverity

from analytics_assets.lib.checks.rules.rule import ERROR, TableRule


def references(
    sentence: str,
    column: str,
    other_table: str,
    *,
    trimmed: bool = False,
    shown: Sequence[str] = (),
    severity: AssetCheckSeverity = ERROR,
) -> TableRule:
    """Return the rule that each value of ``column`` is in the same column of ``other_table``.

    NULL refers to nothing and is kept. With ``trimmed`` both sides are compared without the
    blanks around them, and an empty text refers to nothing either. A sample shows the columns
    ``shown`` and the reference.
    """
    value = f"nullif(trim({column}), '')" if trimmed else column
    selected = ", ".join(dict.fromkeys((*shown, column)))
    return TableRule(
        sentence,
        explanation=f"{column} is in {other_table}, or NULL",
        # Not `not exists`: DuckDB would build the join's table of the larger side.
        offending=lambda table, _: (
            f"select {selected}\n"
            f"from {table}\n"
            f"where {value} is not null\n"
            f"    and {value} not in (select {value} from {other_table} where {value} is not null)"
        ),
        severity=severity,
    )
