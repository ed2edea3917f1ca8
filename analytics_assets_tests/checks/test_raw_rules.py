"""What the rules of the raw tables and of late orders say in numbers, on a few rows."""

from collections.abc import Iterator

import duckdb
import pytest

from analytics_assets.defs.raw.checks import ORDER_ITEMS, ORDERS, QUARANTINED_ROWS
from analytics_assets.defs.raw.specs import RAW_TABLES
from analytics_assets.defs.staging.checks_order_moments import STALE_ORDERS
from analytics_assets.lib.checks.asset_checks import explained
from analytics_assets.lib.checks.contract import Contract
from analytics_assets.lib.checks.evaluation import evaluate
from analytics_assets.lib.tables import table
from analytics_assets.lib.warehouse.duckdb import DuckDBSession


@pytest.fixture
def raw() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("create schema raw")
        for name in RAW_TABLES:
            columns = table(f"raw.{name}").types.items()
            described = ", ".join(f"{column} {kind}" for column, kind in columns)
            connection.execute(f"create table raw.{name} ({described})")
        yield connection


def said(raw, variables, contract: Contract, rule: str) -> str | None:
    """Return what a person reads, or None where the rule is kept."""
    [finding] = evaluate(DuckDBSession(raw), contract, variables, {rule})
    return None if finding.passed else explained(finding)


def test_quarantined_rows_are_a_share_of_those_that_came(raw, variables):
    few = "at_most_five_percent_of_the_rows_are_quarantined"
    raw.execute("insert into raw.orders by name select range as order_id from range(95)")
    quarantine = "insert into raw.quarantined_rows select 'orders', 'f', range, 'c', 'v', 'r', ''"
    raw.execute(f"{quarantine} from range(5)")
    assert said(raw, variables, ORDERS, few) is None
    found = said(raw, variables, QUARANTINED_ROWS, "no_row_is_quarantined")
    assert found.startswith("5 rows of 100 (5.0 %)")

    raw.execute(f"{quarantine} from range(5, 25)")
    assert said(raw, variables, ORDERS, few).startswith("25 rows of 120 (20.8 %)")
    assert said(raw, variables, ORDER_ITEMS, few) is None


@pytest.mark.parametrize(
    ("line", "is_kept"),
    [
        ("3, 3.33, 10.00", True),  # 10.00 / 3, rounded to cents
        ("3, 3.33, 10.01", False),
        ("1, 3.33, 3.34", False),
        ("-3, 3.33, -10.00", True),
        ("2, 20.00, 20.00", False),  # the price of the whole line
    ],
)
def test_a_unit_price_may_be_rounded_to_cents(raw, variables, line, is_kept):
    raw.execute(
        "insert into raw.order_items by name select * from "
        f"(values ({line})) as lines (quantity, unit_price, line_total)"
    )
    found = said(raw, variables, ORDER_ITEMS, "line_total_is_quantity_times_unit_price")
    assert (found is None) is is_kept


@pytest.mark.parametrize(
    ("newest", "severity", "words"),
    [
        ("2024-03-28", "", "the orders are not stale"),
        ("2024-03-27", "WARN", "the newest is of 2024-03-27, 4 days before as_of_date 2024-03-31"),
        ("2024-03-24", "WARN", "after more than 7 days"),
        ("2024-03-23", "ERROR", "The orders are stale: the newest is of 2024-03-23, 8 days before"),
        (None, "ERROR", "There is no order up to as_of_date 2024-03-31"),
    ],
)
def test_orders_are_late_before_they_are_stale(find, newest, severity, words):
    rows = [("2020-01-01",), (newest,)] if newest else []
    finding = find(STALE_ORDERS, {"order_day": "DATE"}, rows)
    assert finding.passed is not bool(severity)
    assert finding.passed or finding.severity.value == severity
    assert words in explained(finding)
