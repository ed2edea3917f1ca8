"""A query of its own returns nothing: the algebra between rows and between tables."""

from dagster import AssetCheckSeverity

from analytics_assets.lib.checks.rules.rule import ERROR, Sql, TableRule, sql_text


def no_rows(
    sentence: str,
    query: Sql,
    *,
    explanation: str = "",
    severity: AssetCheckSeverity = ERROR,
) -> TableRule:
    """Return the rule that ``query``, which selects what breaks it, has no rows.

    A comparison of two tables must also return what one of them lacks: an outer join with
    ``a <> b`` alone is silent about a missing row.
    """
    return TableRule(
        sentence,
        explanation=explanation,
        offending=lambda _, variables: sql_text(query, variables),
        severity=severity,
    )
