"""What is kept up to date on Snowflake is what building it anew gives, on the emulator."""

import re

import pytest
from emulator.process import Emulator
from kept_up_shop import KeptUpShop, make_shop

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("snowflake")]

TABLE = "analytics.customer_months"
MONTHS = (
    f"select customer_id, cast(order_month as varchar), total_orders from {TABLE} order by 2, 1"
)
CHANGES = (
    "insert into raw.orders (order_id, customer_id, order_date, order_status, total_amount)"
    " values ('late', 'ann', '2025-01-05 10:00:00', 'completed', 7.77)",
    "update raw.orders set order_status = 'refunded' where order_id = 'feb'",
    "update raw.orders set total_amount = 41 where order_id = 'mar'",
    "insert into raw.order_items (order_item_id, order_id, product_id, quantity, line_total)"
    " values ('late-1', 'late', 'P', 3, 7.77)",
)


def written(shop: KeptUpShop, since: int) -> list[str]:
    """Return the first word of each statement that changed the table itself."""
    change = (
        r"\s*(create|alter|drop|delete|insert|merge)\s+"
        r"(?:or\s+replace\s+)?(?:transient\s+)?(?:table|view|from|into)\s+(?:if\s+exists\s+)?"
        r"\S*\bcustomer_months(?![\w\"])"
    )
    statements = (
        re.sub(r"/\*.*?\*/", "", statement.sql.lower(), flags=re.DOTALL)
        for statement in shop.emulator.statements(since=since)
    )
    return [found[1] for sql in statements if (found := re.match(change, sql))]


@pytest.fixture(scope="module")
def shop(snowflake_emulator: Emulator, tmp_path_factory: pytest.TempPathFactory) -> KeptUpShop:
    shop = make_shop(snowflake_emulator, "KEPT_UP", tmp_path_factory.mktemp("kept_up"))
    models = ("+customer_months", "realtime")
    shop.built("build", "--exclude-resource-type", "unit_test", "--select", *models)
    return shop


@pytest.fixture
def built(shop: KeptUpShop) -> KeptUpShop:
    """Return the shop with its orders, and with customer_months built of them."""
    shop.set_orders()
    shop.built("run", "--select", "customer_months")
    return shop


def test_late_changed_and_deleted_orders_replace_their_months_only(built: KeptUpShop):
    before = built.hash(TABLE)
    built.set_orders(*CHANGES, "delete from raw.orders where order_id = 'apr'")
    start = len(built.emulator.statements())

    built.built("run", "--select", "customer_months")

    assert built.rows(MONTHS) == [
        ("ann", "2025-01-01", 2),
        ("bob", "2025-02-01", 1),
        ("bob", "2025-03-01", 1),
    ]
    kept_up = built.hash(TABLE)
    assert written(built, start) == ["delete", "insert"]
    built.built("run", "--full-refresh", "--select", "customer_months")
    assert kept_up == built.hash(TABLE) != before


def test_a_replay_of_an_earlier_day_and_the_way_back(built: KeptUpShop):
    before = built.hash(TABLE)
    models = ("--select", "stg_clock", "customer_months")

    built.built("run", *models, as_of_date="2025-02-10")
    replayed = built.rows(MONTHS)
    built.built("run", *models)

    assert replayed == [("ann", "2025-01-01", 1), ("ann", "2025-02-01", 1)]
    assert built.hash(TABLE) == before


def test_a_run_that_fails_between_delete_and_insert_leaves_the_table_as_it_was(built: KeptUpShop):
    before = built.hash(TABLE)
    built.set_orders(*CHANGES)

    with built.emulator.failing(r"insert\s+into\s+\S*customer_months"):
        failed = built.dbt("run", "--select", "customer_months")

    assert failed.returncode == 1
    assert built.hash(TABLE) == before
    built.built("run", "--select", "customer_months")
    assert built.hash(TABLE) != before
