"""No two rows share a key. Case counts: '15056bl' and '15056BL' are two products."""

from collections.abc import Sequence

from dagster import AssetCheckSeverity

from analytics_assets.lib.checks.rules.rule import ERROR, TableRule, listed


def unique(columns: Sequence[str], *, severity: AssetCheckSeverity = ERROR) -> TableRule:
    """Return the rule that no two rows have the same values in all of ``columns``.

    The offending rows are the repeated keys, one row a key, with the number of rows that share
    it. A key with a NULL in it equals no other; `not_null` is what forbids it.
    """
    return TableRule(
        f"{listed(columns)} unique",
        offending=lambda table, _: _repeated_keys(table, columns),
        severity=severity,
    )


def unique_text(column: str, *, severity: AssetCheckSeverity = ERROR) -> TableRule:
    """Return the rule that no two rows have the same text, apart from blanks around it.

    An empty text equals no other; `not_blank` is what forbids it.
    """
    trimmed = f"(select trim({column}) as {column} from {{table}}) as trimmed_ids"
    return TableRule(
        f"{column} is unique",
        explanation="compared without the blanks around it",
        offending=lambda table, _: _repeated_keys(
            trimmed.format(table=table), [column], f"{column} <> ''"
        ),
        severity=severity,
    )


def _repeated_keys(rows: str, columns: Sequence[str], filled: str | None = None) -> str:
    key = ", ".join(columns)
    filled = filled or " and ".join(f"{column} is not null" for column in columns)
    return (
        f"select {key}, count(*) as row_count\n"
        f"from {rows}\n"
        f"where {filled}\n"
        f"group by {key}\n"
        f"having count(*) > 1"
    )
