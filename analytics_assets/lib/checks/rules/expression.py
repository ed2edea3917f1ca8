"""Something holds in every row: the algebra between its columns."""

from collections.abc import Sequence

from dagster import AssetCheckSeverity

from analytics_assets.lib.checks.rules.rule import ERROR, RowRule, Sql, sql_text


def expression(
    sentence: str,
    holds: Sql,
    columns: Sequence[str],
    *,
    explanation: str = "",
    null_fails: bool = False,
    severity: AssetCheckSeverity = ERROR,
) -> RowRule:
    """Return the rule that the boolean SQL ``holds`` is true in every row.

    Where it is NULL the rule is kept, unless ``null_fails``. ``columns`` are those that the
    expression is about; a sample shows them.
    """
    otherwise = "false" if null_fails else "true"
    return RowRule(
        sentence,
        explanation=explanation,
        columns=tuple(columns),
        violation=lambda variables: f"not coalesce(({sql_text(holds, variables)}), {otherwise})",
        severity=severity,
    )
