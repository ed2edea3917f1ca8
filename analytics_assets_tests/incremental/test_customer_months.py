"""customer_months, kept up month by month, is what building it anew gives."""

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from incremental_shop import IncrementalShop, Order
from month_oracle import months_of

from analytics_assets.settings import DBT_PROJECT_DIR

TABLE = "analytics.customer_months"
NODE = "model.automated_intelligence.customer_months"
MOMENT = datetime.datetime
LAST_DAY = datetime.date(2025, 12, 31)

ORDERS = [
    Order("jan", "ann", MOMENT(2025, 1, 31, 23, 59, 59), "completed", 10.0),
    Order("feb", "ann", MOMENT(2025, 2, 1), "shipped", 20.5),
    Order("feb too", "ann", MOMENT(2025, 2, 28, 9), "completed", 0.01),
    Order("feb of bob", "bob", MOMENT(2025, 2, 14, 12), "delivered", 30.0),
    Order("guest", None, MOMENT(2025, 3, 1), "completed", 99.0),
    Order("mar", "bob", MOMENT(2025, 3, 2), "completed", 40.0),
    Order("clock", "bob", MOMENT(2025, 12, 31, 8), "completed", 50.0),
]
LATE = Order("late", "ann", MOMENT(2025, 1, 1), "completed", 7.77)


def changed(order_id: str, **values: Any) -> list[Order]:
    return [o._replace(**values) if o.order_id == order_id else o for o in ORDERS]


EDITS = {
    "an order arrives months late": [*ORDERS, LATE],
    "a month has its first order": [*ORDERS, LATE._replace(order_date=MOMENT(2025, 7, 1))],
    "an order is given back": changed("feb too", order_status="refunded"),
    "an amount is corrected": changed("feb", total_amount=20.49),
    "an order goes to another customer": changed("feb of bob", customer_id="ann"),
    "an order moves to another month": changed("feb", order_date=MOMENT(2025, 3, 31, 23)),
    "an order moves within its month": changed("jan", order_date=MOMENT(2025, 1, 30)),
    "an order is deleted": [o for o in ORDERS if o.order_id != "feb too"],
    "a whole month is deleted": [o for o in ORDERS if o.order_date.month != 2],
    "an order is there twice": [*ORDERS, ORDERS[0]],
    "two orders swap their amounts": [
        o._replace(total_amount={"feb": 30.0, "feb of bob": 20.5}.get(o.order_id, o.total_amount))
        for o in ORDERS
    ],
    "a guest turns out to be a customer": changed("guest", customer_id="ann"),
    "nothing is left": [],
}


@pytest.fixture(scope="module")
def first_build(shop: IncrementalShop) -> IncrementalShop:
    shop.set_orders(ORDERS)
    shop.dbt("build --full-refresh --exclude-resource-type unit_test", "+customer_months")
    return shop


@pytest.fixture
def built(first_build: IncrementalShop) -> Iterator[IncrementalShop]:
    """Return the shop with the table of ORDERS, which the next test finds again."""
    first_build.execute(f"create or replace table analytics.kept as from {TABLE}")
    yield first_build
    first_build.set_orders(ORDERS)
    first_build.execute(
        f"create or replace table {TABLE} as from analytics.kept; drop table analytics.kept"
    )


def rows(shop: IncrementalShop) -> set[tuple[Any, ...]]:
    found = shop.rows(
        "select customer_id, order_month, first_order_date, last_order_date, total_orders, "
        f"total_revenue from {TABLE}"
    )
    assert len(found) == len(set(found))
    return set(found)


def test_the_first_build_has_every_month(built: IncrementalShop):
    assert rows(built) == months_of(ORDERS, LAST_DAY)
    assert len(rows(built)) == 5


def test_rows_of_a_month_lie_together(built: IncrementalShop):
    lie = built.rows(f"select month(order_month) from {TABLE} order by rowid")
    assert lie == [(1,), (2,), (2,), (3,), (12,)]


@pytest.mark.parametrize("orders", EDITS.values(), ids=EDITS)
def test_whatever_happened_to_the_orders_is_in_the_table(
    built: IncrementalShop, orders: list[Order]
):
    before = built.hash(TABLE)
    built.set_orders(orders)

    built.dbt("run", "customer_months")

    assert rows(built) == months_of(orders, LAST_DAY)
    assert built.hash(TABLE) != before


def test_orders_without_revenue_and_the_order_of_rows_change_nothing(built: IncrementalShop):
    before = built.hash(TABLE)
    built.set_orders(
        [
            *reversed(ORDERS),
            LATE._replace(order_status="pending"),
            LATE._replace(total_amount=0.0),
        ]
    )

    built.dbt("run", "customer_months")

    assert built.hash(TABLE) == before


def test_only_months_with_other_orders_are_built(built: IncrementalShop):
    built.execute(f"update {TABLE} set last_order_date = '2099-01-01' where customer_id = 'bob'")
    built.set_orders([*ORDERS, LATE._replace(order_date=MOMENT(2025, 3, 30))])

    built.dbt("run", "customer_months")

    assert built.rows(
        f"select month(order_month), year(last_order_date) from {TABLE} where customer_id = 'bob'"
        " order by 1"
    ) == [(2, 2099), (3, 2025), (12, 2099)]


@pytest.mark.parametrize(
    "damage",
    [
        "insert into {table} from {table} where customer_id = 'ann' limit 1",
        "delete from {table} where customer_id = 'bob' and month(order_month) = 2",
        "delete from {table} where month(order_month) = 2",
        "update {table} set total_revenue = total_revenue + 0.01 where month(order_month) = 3",
        "update {table} set orders_fingerprint = '' where customer_id = 'bob'",
    ],
)
def test_a_month_that_does_not_add_up_is_repaired(built: IncrementalShop, damage: str):
    before = built.hash(TABLE)
    built.execute(damage.format(table=TABLE))
    assert built.hash(TABLE) != before

    built.dbt("run", "customer_months")

    assert built.hash(TABLE) == before


def test_a_replay_of_an_earlier_day_and_the_way_back(built: IncrementalShop):
    before = built.hash(TABLE)

    built.dbt("run", "stg_clock", "customer_months", as_of_date="2025-02-14")
    replayed = rows(built)
    built.dbt("run", "stg_clock", "customer_months")

    assert replayed == months_of(ORDERS, datetime.date(2025, 2, 14)) != set()
    assert built.hash(TABLE) == before


def test_a_changed_model_builds_every_month_anew(built: IncrementalShop):
    before = built.hash(TABLE)
    text = (DBT_PROJECT_DIR / "models/marts/customer/customer_months.sql").read_text()
    twice = text.replace("count(*) as total_orders", "2 * count(*) as total_orders")

    built.dbt("run", "customer_months", texts={NODE: twice})
    doubled = rows(built)
    built.dbt("run", "customer_months")

    assert doubled == {(*r[:4], 2 * r[4], r[5]) for r in months_of(ORDERS, LAST_DAY)}
    assert built.hash(TABLE) == before


MOMENTS = st.datetimes(MOMENT(2025, 1, 1), MOMENT(2025, 4, 30)) | st.sampled_from(
    [MOMENT(2025, 1, 31, 23, 59, 59), MOMENT(2025, 2, 1), MOMENT(2025, 3, 31, 23, 59, 59)]
)
DRAWN_ORDERS = st.lists(
    st.builds(
        Order,
        order_id=st.sampled_from(["1", "2", "3", " 3 "]),
        customer_id=st.sampled_from(["ann", " ann", "bob", "", None]),
        order_date=MOMENTS.map(lambda moment: moment.replace(microsecond=0)),
        order_status=st.sampled_from(["completed", " Shipped", "cancelled", "unheard of"]),
        total_amount=st.sampled_from([-1.0, 0.0, 0.01, 10.0, 99.99]),
    ),
    max_size=8,
)


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[list[Order], str | None]]:
    """Draw what raw.orders holds day by day, mostly the same, and the as_of_date of each run."""
    orders = draw(DRAWN_ORDERS)
    days = []
    for _ in range(draw(st.integers(1, 4))):
        kept = [order for order in orders if draw(st.integers(0, 4))]
        orders = kept + draw(DRAWN_ORDERS.map(lambda new: new[:2]))
        days.append((orders, draw(st.sampled_from([None, None, "2025-02-01", "2025-03-15"]))))
    return days


@pytest.mark.slow
@given(history=histories())
@settings(max_examples=10)
def test_whatever_happens_the_table_is_that_of_a_full_refresh_by_hash(
    first_build: IncrementalShop, history: list[tuple[list[Order], str | None]]
):
    for orders, as_of_date in history:
        first_build.set_orders(orders)
        first_build.dbt("run", "stg_clock", "customer_months", as_of_date=as_of_date)
    kept_up = first_build.hash(TABLE)

    first_build.dbt("run --full-refresh", "stg_clock", "customer_months", as_of_date=history[-1][1])

    assert kept_up == first_build.hash(TABLE)
