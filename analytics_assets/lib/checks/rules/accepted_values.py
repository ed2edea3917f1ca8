"""A column holds only listed values."""

from collections.abc import Sequence

from dagster import AssetCheckSeverity

from analytics_assets.lib.checks.rules.rule import ERROR, RowRule
from analytics_assets.lib.warehouse.literals import literals


def accepted_values(
    column: str,
    values: Sequence[str],
    *,
    or_null: bool = False,
    severity: AssetCheckSeverity = ERROR,
) -> RowRule:
    """Return the rule that ``column`` is one of ``values``; NULL is not, unless ``or_null``."""
    unlisted = f"{column} not in ({literals(values)})"
    return RowRule(
        f"{column} is an accepted value",
        explanation=", ".join([*values, "NULL"] if or_null else values),
        columns=(column,),
        violation=unlisted if or_null else f"{column} is null or {unlisted}",
        severity=severity,
    )
