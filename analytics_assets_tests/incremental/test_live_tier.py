"""The live tier of DuckDB: views, so that late and changed orders are there at once."""

import datetime

import pytest
from incremental_shop import IncrementalShop, Order

MOMENT = datetime.datetime
LIVE = ("realtime.enriched_orders", "realtime.fact_orders", "realtime.daily_business_metrics")
NEW = Order("new", "ann", MOMENT(2025, 6, 30, 12), "completed", 10.0)
LATE = Order("late", "bob", MOMENT(2025, 1, 5), "completed", 300.0)


@pytest.fixture(scope="module")
def live(shop: IncrementalShop) -> IncrementalShop:
    shop.set_orders([NEW])
    shop.dbt("build --exclude-resource-type unit_test", "order_statuses", "realtime")
    return shop


def test_late_and_changed_orders_are_there_without_a_run_and_as_a_full_refresh_has_them(
    live: IncrementalShop,
):
    before = {table: live.hash(table) for table in LIVE}
    live.set_orders([NEW._replace(order_status="refunded", total_amount=11.0), LATE])
    live.execute(
        "insert into raw.order_items (order_id, quantity, line_total) values ('late', 3, 300)"
    )

    at_once = {table: live.hash(table) for table in LIVE}

    assert live.rows(
        "select order_id, order_status, net_amount, order_size from realtime.enriched_orders "
        "order by order_id"
    ) == [("late", "completed", 300, "large"), ("new", "refunded", 11, "small")]
    assert live.rows("select order_id, items_per_order from realtime.fact_orders order by 1") == [
        ("late", 1),
        ("new", 0),
    ]
    assert live.rows(
        "select order_day, orders, net_revenue from realtime.daily_business_metrics order by 1"
    ) == [(LATE.order_date.date(), 1, 300), (NEW.order_date.date(), 0, 0)]
    live.dbt("run --full-refresh", "realtime")
    assert {table: live.hash(table) for table in LIVE} == at_once
    assert all(at_once[table] != before[table] for table in LIVE)
