"""A table has as many rows as it should; an empty table keeps every rule about rows."""

from dagster import AssetCheckSeverity

from analytics_assets.lib.checks.rules.rule import ERROR, TableRule


def has_rows(*, severity: AssetCheckSeverity = ERROR) -> TableRule:
    """Return the rule that the table is not empty."""
    return _bounded("the table has rows", minimum=1, maximum=None, severity=severity)


def row_count(
    minimum: int, maximum: int | None = None, *, severity: AssetCheckSeverity = ERROR
) -> TableRule:
    """Return the rule that the table has from ``minimum`` to ``maximum`` rows, both included."""
    if minimum == maximum:
        sentence = f"the table has exactly {minimum} row{'' if minimum == 1 else 's'}"
    elif maximum is None:
        sentence = f"the table has at least {minimum} rows"
    else:
        sentence = f"the table has {minimum} to {maximum} rows"
    return _bounded(sentence, minimum, maximum, severity)


def _bounded(
    sentence: str, minimum: int, maximum: int | None, severity: AssetCheckSeverity
) -> TableRule:
    outside = f"row_count < {minimum}" + ("" if maximum is None else f" or row_count > {maximum}")
    return TableRule(
        sentence,
        offending=lambda table, _: (
            "select row_count\n"
            f"from (select count(*) as row_count from {table}) as counted\n"
            f"where {outside}"
        ),
        severity=severity,
    )
