"""Amounts in cents and days that are none, in a table of orders made by hand."""

import random
from collections.abc import Iterator

import duckdb
import pytest

from analytics_assets.defs.staging.checks_orders import STG_ORDERS
from analytics_assets.lib.checks.rules import TableRule
from analytics_assets.settings import DBT_PROJECT_DIR
from analytics_assets.variables import read_defaults, resolve_variables

DEFAULTS = read_defaults(DBT_PROJECT_DIR / "dbt_project.yml")
CHANCE = random.Random(7)
# Prices of one piece as each kind of shop writes them.
PRICES = {
    "cents": [1999, 2495, 4950, 1290, 899, 14999, 350, 425],
    "cents of round prices": [1900, 4900, 12900, 2500, 8900],
    "euros": [25, 49, 120, 15, 80, 249],
    "yen": [1980, 2500, 980, 14800, 3300],
    "dong": [118000, 1350000, 99000, 250000],
    "krona": [199, 249, 499, 1299, 349],
}


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("create schema staging")
        connection.execute(
            "create table staging.stg_orders (order_id varchar, order_date timestamp, "
            "order_day date, total_amount decimal(18,2), items_total decimal(18,2), "
            "total_quantity decimal(18,3), item_count integer, net_amount decimal(18,2), "
            "currency varchar, exchange_rate decimal(18,10), is_revenue boolean)"
        )
        connection.execute(
            "create table staging.int_items_per_order (order_id varchar, unit_prices decimal(18,2))"
        )
        yield connection


def sell(
    connection: duckdb.DuckDBPyConnection,
    prices: list[int],
    currency: str | None = None,
    orders: int = 60,
) -> None:
    for number in range(orders):
        quantities = [CHANCE.randint(1, 3) for _ in range(CHANCE.randint(1, 3))]
        total = sum(quantity * CHANCE.choice(prices) for quantity in quantities)
        connection.execute(
            "insert into staging.stg_orders values (?, timestamp '2024-01-01' + interval 1 hour * "
            "?, date '2024-01-01', ?, ?, ?, 1, ?, ?, null, true)",
            [f"{number}", number, total, total, sum(quantities), total, currency],
        )


def offending(connection: duckdb.DuckDBPyConnection, name: str, **variables: str) -> list[tuple]:
    [rule] = [rule for rule in STG_ORDERS.rules if rule.sentence == name]
    assert isinstance(rule, TableRule)
    query = rule.offending("staging.stg_orders", resolve_variables(DEFAULTS, variables))
    return connection.execute(query).fetchall()


@pytest.mark.parametrize(
    ("kind", "currency", "is_warned_of"),
    [
        ("cents", None, True),
        ("cents", "USD", True),
        ("cents", "JPY", False),
        ("cents of round prices", "EUR", True),
        ("cents of round prices", "SEK", True),
        ("cents of round prices", None, False),
        ("euros", None, False),
        ("euros", "EUR", False),
        ("yen", None, False),
        ("yen", "JPY", False),
        ("dong", None, False),
        ("dong", "VND", False),
        ("krona", "SEK", False),
    ],
)
def test_amounts_in_cents_are_warned_of(connection, kind, currency, is_warned_of):
    sell(connection, PRICES[kind], currency)
    assert len(offending(connection, "no amounts are in cents")) == (60 if is_warned_of else 0)


def test_few_orders_or_one_with_cents_are_no_sign(connection):
    sell(connection, PRICES["cents"], orders=49)
    assert offending(connection, "no amounts are in cents") == []
    sell(connection, PRICES["cents"])
    assert offending(connection, "no amounts are in cents")
    assert offending(connection, "no amounts are in cents", currency="jpy") == []
    connection.execute("update staging.stg_orders set total_amount = 19.99 where order_id = '3'")
    assert offending(connection, "no amounts are in cents") == []


@pytest.mark.parametrize(
    ("column", "words"), [("items_total", "lines"), ("total_amount", "orders")]
)
def test_one_side_in_cents_is_named(connection, column, words):
    sell(connection, [25, 49, 120], orders=3)
    connection.execute(f"update staging.stg_orders set {column} = 100 * {column}")
    connection.execute(
        "insert into staging.int_items_per_order select order_id, 1 from staging.stg_orders"
    )
    found = offending(connection, "total_amount is the sum of the lines")
    assert len(found) == 3
    assert all(f"by exactly 100: the {words} are in cents" in row[-1] for row in found)


@pytest.mark.parametrize(
    ("day", "days"), [("1970-01-01", 60), ("1899-12-30", 60), ("2024-02-01", 0)]
)
def test_days_that_stand_for_none_are_found(connection, day, days):
    sell(connection, PRICES["euros"])
    connection.execute(f"update staging.stg_orders set order_day = date '{day}'")
    assert len(offending(connection, "every order has a day of its own")) == days


@pytest.mark.parametrize(
    ("moment", "share", "found"),
    [
        ("2024-01-20 00:00:00", 0.6, 36),
        ("2024-01-20 10:11:12", 1.0, 60),
        ("2024-01-20 10:11:12", 0.4, 0),
        ("2024-01-20 00:00:00", 1.0, 0),  # one day of a shop that writes days
    ],
)
def test_orders_of_one_moment_are_warned_of(connection, moment, share, found):
    sell(connection, PRICES["euros"])
    connection.execute(
        f"update staging.stg_orders set order_date = timestamp '{moment}', "
        f"order_day = date '{moment[:10]}' where cast(order_id as integer) < {share} * 60"
    )
    assert len(offending(connection, "orders are of many moments")) == found
