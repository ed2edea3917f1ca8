"""Columns always have a value."""

from dagster import AssetCheckSeverity

from analytics_assets.lib.checks.rules.rule import ERROR, RowRule, listed


def not_null(*columns: str, severity: AssetCheckSeverity = ERROR) -> RowRule:
    """Return the rule that none of ``columns`` is ever NULL; more than three are 'required'."""
    many = len(columns) > 3
    return RowRule(
        "required columns are never null" if many else f"{listed(columns)} never null",
        explanation=", ".join(columns) if many else "",
        columns=columns,
        violation=" or ".join(f"{column} is null" for column in columns),
        severity=severity,
    )


def not_blank(*columns: str, severity: AssetCheckSeverity = ERROR) -> RowRule:
    """Return the rule that none of the texts ``columns`` is NULL, empty or made of blanks only."""
    return RowRule(
        f"{listed(columns)} never blank",
        explanation="neither NULL, nor empty, nor blanks only",
        columns=columns,
        violation=" or ".join(f"{column} is null or trim({column}) = ''" for column in columns),
        severity=severity,
    )
