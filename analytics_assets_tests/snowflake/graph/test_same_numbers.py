"""Every table of the emulated Snowflake holds what DuckDB holds of the same input."""

from collections.abc import Mapping
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from snowflake_shop import OF_LANDING, TABLES, SnowflakeShop

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("snowflake")]

# Sums of doubles in another order, and what is derived from them.
FLOAT_TOLERANCE = 1e-9


# Made with the engine's own hash.
OF_THE_ENGINE = {"orders_fingerprint"}


def selection(table: str, columns: Mapping[str, str]) -> str:
    """Read exact numbers as texts, so that nothing but a DOUBLE passes through a float."""
    exact = [
        f"cast({name} as varchar) as {name}"
        if kind.startswith(("DECIMAL", "INTEGER", "BIGINT"))
        else name
        for name, kind in columns.items()
    ]
    return f"select {', '.join(exact)} from {table}"


def in_one_order(frame: pd.DataFrame, exact: list[str]) -> pd.DataFrame:
    plain = frame.astype(dict.fromkeys(exact, "object"))
    plain[exact] = plain[exact].map(lambda value: None if pd.isna(value) else str(value))
    return plain.sort_values(exact, ignore_index=True, na_position="first")


@pytest.mark.parametrize("table", TABLES)
def test_the_table_is_equal_row_for_row(table: str, shop: SnowflakeShop, duckdb_path: Path):
    columns = {name: kind for name, kind in TABLES[table].items() if name not in OF_THE_ENGINE}
    floats = [name for name, kind in columns.items() if kind == "DOUBLE"]
    exact = [name for name in columns if name not in floats]
    with duckdb.connect(duckdb_path, read_only=True) as connection:
        expected = in_one_order(connection.execute(selection(table, columns)).df(), exact)

    actual = in_one_order(shop.read(selection(table, columns)), exact)

    pd.testing.assert_frame_equal(actual[exact], expected[exact], check_dtype=False)
    pd.testing.assert_frame_equal(
        actual[floats].astype("float64"),
        expected[floats].astype("float64"),
        rtol=FLOAT_TOLERANCE,
        atol=FLOAT_TOLERANCE,
    )


def test_both_engines_have_the_tables_and_no_others(shop: SnowflakeShop, duckdb_path: Path):
    # The emulator lists its views apart.
    question = " union ".join(
        "select lower(table_schema) || '.' || lower(table_name) as name "
        f"from information_schema.{kind} "
        "where lower(table_schema) in ('raw', 'staging', 'analytics', 'realtime')"
        for kind in ("tables", "views")
    )
    with duckdb.connect(duckdb_path, read_only=True) as connection:
        expected = {name for (name,) in connection.execute(question).fetchall()}

    assert set(shop.read(question)["name"]) == expected - OF_LANDING == set(TABLES)


def test_converted_orders_are_among_them(shop: SnowflakeShop):
    orders = shop.read(
        "select count(exchange_rate) as converted, count(distinct exchange_rate) as rates, "
        "count(left_out_as) as left_out from staging.stg_orders"
    ).iloc[0]
    returns = shop.read(
        "select count(*) as n from staging.stg_returns as returns inner join staging.stg_orders "
        "as orders on returns.order_id = orders.order_id where orders.exchange_rate is not null"
    )["n"].iloc[0]
    assert (orders["converted"], orders["left_out"]) == (13, 7)
    assert orders["rates"] > 4
    assert returns > 13
