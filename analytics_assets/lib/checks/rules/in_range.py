"""Numbers lie between two bounds."""

from dagster import AssetCheckSeverity

from analytics_assets.lib.checks.rules.rule import ERROR, RowRule, listed
from analytics_assets.lib.warehouse.literals import literal


def in_range(
    *columns: str,
    minimum: float | None = None,
    maximum: float | None = None,
    severity: AssetCheckSeverity = ERROR,
) -> RowRule:
    """Return the rule that ``columns`` are from ``minimum`` to ``maximum``, both included.

    NULL is in every range. NaN counts as greater than every number, as both engines order it.

    Raises:
        ValueError: without any bound the rule could not fail.
    """
    outside, allowed = [], []
    if minimum is not None:
        outside += [f"{column} < {literal(minimum)}" for column in columns]
        allowed.append(f"from {minimum}")
    if maximum is not None:
        outside += [f"{column} > {literal(maximum)}" for column in columns]
        allowed.append(f"to {maximum}")
    if not outside:
        raise ValueError(f"in_range{columns} has no bound: give a minimum or a maximum")
    return RowRule(
        f"{listed(columns)} in range",
        explanation=" ".join(allowed),
        columns=columns,
        violation=" or ".join(outside),
        severity=severity,
    )
