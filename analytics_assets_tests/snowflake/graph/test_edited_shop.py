"""A shop of the emulator that is changed: more orders, a bad row, a changed realtime model."""

import re
from pathlib import Path

import pytest
from emulator.wire import Statement
from snowflake_shop import TABLES, SnowflakeShop, fill_raw, tag_of

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("snowflake")]


def _again(name: str, *renamed: str) -> str:
    """Return the statement that doubles a table's rows under other ids."""
    columns = (f"{c} || '_again'" if c in renamed else c for c in TABLES[f"raw.{name}"])
    return f"insert into loaded.{name} select {', '.join(columns)} from loaded.{name}"


# Every order once more under another id: twice the rows, the same customers, months and products.
TWICE_THE_ORDERS = (
    _again("orders", "order_id"),
    _again("order_items", "order_item_id", "order_id"),
)


def fetched(statements: list[Statement], asset: str) -> int:
    """Return how many rows a step's queries brought to Python; a DDL's own row aside."""
    return sum(
        statement.rows or 0
        for statement in statements
        if tag_of(statement).get("asset") == asset
        and statement.sql.lstrip().lower().startswith(("select", "with"))
    )


@pytest.fixture(scope="module")
def edited(
    shop: SnowflakeShop, duckdb_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> SnowflakeShop:
    other = SnowflakeShop(shop.emulator, "EDITED", tmp_path_factory.mktemp("edited"))
    fill_raw(other, duckdb_path)
    other.execute(*TWICE_THE_ORDERS)
    return other


def test_twice_the_orders_bring_no_more_rows_to_python(shop: SnowflakeShop, edited: SnowflakeShop):
    run = edited.run_daily_job()

    assert run.returncode == 0, run.stderr[-3000:]
    small, large = (one.statements_of(one.runs()[-1]) for one in (shop, edited))
    customers = int(edited.read("select count(*) as n from loaded.customers")["n"].iloc[0])
    for asset in ("monthly_cohorts", "customer_value_forecast"):
        assert fetched(large, asset) == fetched(small, asset)
    assert customers < fetched(large, "customer_value_forecast") < customers + 50
    for one, statements in ((shop, small), (edited, large)):
        pairs, products = one.read(
            "select (select count(*) from analytics.product_affinity) as pairs, "
            "(select count(distinct product_id) from loaded.order_items) as products"
        ).iloc[0]
        sizes, strata = 15 * 14, 8  # of the window: weeks times basket sizes, and groups of these
        most = pairs + (2 + strata) * products + sizes
        assert pairs < fetched(statements, "product_affinity") <= most


def test_a_bad_row_stops_everything_behind_it_until_it_is_repaired(edited: SnowflakeShop):
    before = edited.hashes()
    edited.execute("insert into loaded.orders select * from loaded.orders limit 1")

    broken = edited.run_daily_job()

    assert broken.returncode == 1
    failed = re.findall(r"failed check: (\w+)", broken.stderr)
    assert failed == ["the_table_is_as_described"]
    after = edited.hashes()
    # The frozen orders have the bad row; what is built of them is kept.
    kept = [name for name in before if not name.startswith("raw.")]
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}

    edited.execute(
        "create or replace table loaded.orders as select distinct * from loaded.orders",
    )
    repaired = edited.run_daily_job()
    assert repaired.returncode == 0, repaired.stderr[-3000:]
    assert edited.hashes() == before
