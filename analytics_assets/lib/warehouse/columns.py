"""Columns and types of a table: as described, and as the engine has them."""

import re
from collections.abc import Mapping

import pandas as pd

from analytics_assets.lib.warehouse.literals import literal

_IN_SNOWFLAKE = {"varchar": "text", "double": "float", "timestamp": "timestamp_ntz"}


def columns_query(table: str) -> str:
    """Return the query for the columns of ``schema.name``; no rows where it does not exist."""
    schema, name = table.split(".")
    return (
        "select\n"
        "    lower(column_name) as column_name,\n"
        "    lower(case\n"
        "        when data_type = 'NUMBER' then 'NUMBER(' || cast(numeric_precision as varchar)\n"
        "            || ',' || cast(numeric_scale as varchar) || ')'\n"
        "        else data_type\n"
        "    end) as data_type\n"
        "from information_schema.columns\n"
        f"where lower(table_schema) = {literal(schema)} and lower(table_name) = {literal(name)}\n"
        "order by ordinal_position"
    )


def differences(expected: Mapping[str, str], actual: Mapping[str, str]) -> pd.DataFrame:
    """Return the described columns that are missing or of another type, one row per column.

    Args:
        expected: name -> type as described.
        actual: name -> type as the engine names it.

    Returns:
        column_name, expected_type, actual_type (text, 'absent' where the column is missing).
    """
    rows = [
        (name, kind, actual.get(name, "absent"))
        for name, kind in expected.items()
        if name not in actual or not same_type(kind, actual[name])
    ]
    return pd.DataFrame(rows, columns=["column_name", "expected_type", "actual_type"])


def same_type(expected: str, actual: str) -> bool:
    """Return whether an engine's type is the described one, both in lower case.

    Snowflake has one NUMBER for every exact number, whose precision says nothing about the
    described one, so only the number of decimals is compared.
    """
    if actual in (expected, _IN_SNOWFLAKE.get(expected)):
        return True
    number = re.fullmatch(r"number\(\d+,(\d+)\)", actual)
    return number is not None and number[1] == _decimals(expected)


def _decimals(kind: str) -> str | None:
    if kind in ("integer", "bigint"):
        return "0"
    decimal = re.fullmatch(r"decimal\(\d+,(\d+)\)", kind)
    return decimal[1] if decimal else None
