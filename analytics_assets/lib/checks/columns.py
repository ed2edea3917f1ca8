"""Columns and types: what a contract promises against what a table has."""

import re
from collections.abc import Mapping

import pandas as pd

from analytics_assets.lib.checks.rules.rule import JudgedRule, Verdict
from analytics_assets.lib.warehouse.literals import literal

_SAME_IN_SNOWFLAKE = {"VARCHAR": "TEXT", "DOUBLE": "FLOAT", "TIMESTAMP": "TIMESTAMP_NTZ"}


def columns_rule(columns: Mapping[str, str]) -> JudgedRule:
    """Return the rule that a table has exactly these columns (name -> type), in any order."""
    return JudgedRule(
        "the columns are as in the contract",
        explanation="exactly these names, each with its type",
        query=lambda table, _: columns_query(table),
        judge=lambda rows: _verdict(columns, actual_columns(rows)),
    )


def _verdict(expected: Mapping[str, str], actual: Mapping[str, str]) -> Verdict:
    if not actual:
        return Verdict(column_differences(expected, actual), "the table does not exist")
    differences = column_differences(expected, actual)
    note = "; ".join(
        f"{row.column_name} should be {row.expected_type} and is {row.actual_type}"
        for row in differences.itertuples()
    )
    return Verdict(differences, note)


def columns_query(table: str) -> str:
    """Return the query for the columns of ``schema.name``; no rows where it does not exist."""
    schema, name = table.split(".")
    return (
        "select\n"
        "    lower(column_name) as column_name,\n"
        "    case\n"
        "        when data_type = 'NUMBER' then 'NUMBER(' || cast(numeric_precision as varchar)\n"
        "            || ',' || cast(numeric_scale as varchar) || ')'\n"
        "        else data_type\n"
        "    end as data_type\n"
        "from information_schema.columns\n"
        f"where lower(table_schema) = {literal(schema)} and lower(table_name) = {literal(name)}\n"
        "order by ordinal_position"
    )


def actual_columns(rows: pd.DataFrame) -> dict[str, str]:
    """Return name -> type from the rows of `columns_query`."""
    return dict(zip(rows["column_name"].astype(str), rows["data_type"].astype(str), strict=True))


def column_differences(expected: Mapping[str, str], actual: Mapping[str, str]) -> pd.DataFrame:
    """Return what differs, one row a column.

    Args:
        expected: name -> type as the contract writes it.
        actual: name -> type as the engine names it; `same_type` compares them.

    Returns:
        column_name, expected_type, actual_type (text, 'absent' on the side that lacks it).
    """
    differences = [
        (name, expected.get(name, "absent"), actual.get(name, "absent"))
        for name in dict.fromkeys((*expected, *actual))
        if name not in expected or name not in actual or not same_type(expected[name], actual[name])
    ]
    return pd.DataFrame(differences, columns=["column_name", "expected_type", "actual_type"])


def same_type(expected: str, actual: str) -> bool:
    """Return whether an engine's type is the contract's type.

    DuckDB names types as the contracts do. Snowflake has one NUMBER for every exact number, whose
    precision says nothing about the contract's, so only the number of decimals is compared.
    """
    if actual == expected or actual == _SAME_IN_SNOWFLAKE.get(expected):
        return True
    number = re.fullmatch(r"NUMBER\(\d+,(\d+)\)", actual)
    return number is not None and number[1] == _decimals(expected)


def _decimals(kind: str) -> str | None:
    if kind in ("INTEGER", "BIGINT"):
        return "0"
    decimal = re.fullmatch(r"DECIMAL\(\d+,(\d+)\)", kind)
    return decimal[1] if decimal else None
