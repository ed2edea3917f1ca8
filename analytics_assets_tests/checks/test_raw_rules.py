"""What the rules of the raw tables say in numbers, on a few rows."""

from collections.abc import Iterator

import duckdb
import pytest

from analytics_assets.defs.raw.checks import ORDER_ITEMS, ORDERS, QUARANTINED_ROWS
from analytics_assets.defs.raw.specs import RAW_TABLES
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
