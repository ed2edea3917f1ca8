"""Small shops for the tests of cohorts, and their staging tables in a database in memory."""

import datetime
import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import duckdb
import pandas as pd
from hypothesis import strategies as st

from analytics_assets.defs.cohorts.counts import cohort_counts
from analytics_assets.defs.cohorts.grid import CohortCounts, monthly_cohorts
from analytics_assets.lib.warehouse.duckdb import DuckDBSession

BASES = ("signup", "first_order")
FIRST_DAY = datetime.date(2023, 10, 1)
# Days on which signups and orders meet, at both ends of months.
BUSY_DAYS = [datetime.date(2024, 1, day) for day in (1, 15, 16, 31)] + [datetime.date(2024, 3, 1)]
LAST_DAYS = [
    datetime.date(2024, 2, 28),
    datetime.date(2024, 2, 29),
    datetime.date(2024, 3, 1),
    datetime.date(2024, 12, 31),
]


class Customer(NamedTuple):
    customer_id: str
    signup_date: datetime.date | None


class Order(NamedTuple):
    customer_id: str | None
    order_day: datetime.date
    is_revenue: bool | None
    cents: int | None
    # What came back of it: day and cents.
    returned: tuple[tuple[datetime.date, int], ...] = ()


@dataclass(frozen=True)
class Shop:
    customers: Sequence[Customer]
    orders: Sequence[Order]

    def until(self, as_of_date: datetime.date) -> "Shop":
        """Return what staging shows of the shop on that day."""
        return Shop(
            [c for c in self.customers if c.signup_date is None or c.signup_date <= as_of_date],
            [
                o._replace(returned=tuple(r for r in o.returned if r[0] <= as_of_date))
                for o in self.orders
                if o.order_day <= as_of_date
            ],
        )


@st.composite
def shops(draw, last_day: datetime.date = LAST_DAYS[-1]) -> Shop:
    """Draw a shop; sometimes every customer is repeated, so that cohorts are worth judging."""
    days = st.sampled_from(BUSY_DAYS) | st.dates(FIRST_DAY, last_day)
    ids = [f"c{number}" for number in range(draw(st.integers(0, 8)))]
    customers = [Customer(name, draw(st.one_of(st.none(), days, days, days))) for name in ids]
    order = st.builds(
        Order,
        customer_id=st.sampled_from([*ids, *ids, *ids, "ghost", None]),
        order_day=days,
        is_revenue=st.sampled_from([True, True, True, True, False, None]),
        cents=st.one_of(st.integers(1, 99_999_999), st.sampled_from([None, 0, -500, 1])),
        returned=st.lists(st.tuples(days, st.integers(1, 99_999_999)), max_size=2).map(tuple),
    )
    orders = draw(st.lists(order, max_size=30))
    copies = draw(st.sampled_from([1, 1, 13, 40]))
    return Shop(
        [Customer(f"{c.customer_id}-{n}", c.signup_date) for c in customers for n in range(copies)],
        [
            o._replace(customer_id=o.customer_id and f"{o.customer_id}-{n}")
            for o in orders
            for n in range(copies)
        ],
    )


@functools.cache
def database() -> duckdb.DuckDBPyConnection:
    """Open one database in memory for all tests: opening it costs more than a shop's queries."""
    connection = duckdb.connect(config={"threads": 1})
    connection.execute("create schema staging")
    connection.execute("create schema analytics")
    return connection


def staged(shop: Shop) -> DuckDBSession:
    """Return a session whose staging schema holds the shop, until another shop is staged."""
    connection = database()
    connection.register(
        "customers", pd.DataFrame(shop.customers, columns=Customer._fields, dtype=object)
    )
    orders = pd.DataFrame(shop.orders, columns=Order._fields, dtype=object)
    orders["order_id"] = [str(number) for number in range(len(orders))]
    connection.register("orders", orders.drop(columns="returned"))
    back = [(str(n), *part) for n, order in enumerate(shop.orders) for part in order.returned]
    connection.register(
        "returns",
        pd.DataFrame(back, columns=["order_id", "returned_day", "cents"], dtype=object),
    )
    connection.execute("""
        create or replace table staging.stg_customers as
        select customer_id, signup_date, cast(date_trunc('month', signup_date) as date)
            as signup_month
        from (select cast(customer_id as varchar) as customer_id,
            cast(signup_date as date) as signup_date from customers)
    """)
    connection.execute("""
        create or replace table staging.stg_orders as
        select customer_id, order_id, order_day,
            cast(date_trunc('month', order_day) as date) as order_month, is_revenue,
            cast(cents * 0.01 as decimal(12, 2)) as net_amount
        from (select cast(customer_id as varchar) as customer_id,
            cast(order_id as varchar) as order_id,
            cast(order_day as date) as order_day, cast(is_revenue as boolean) as is_revenue,
            cast(cents as decimal(12, 0)) as cents from orders)
    """)
    connection.execute("""
        create or replace table staging.stg_returns as
        select orders.order_id, orders.customer_id, orders.order_day,
            cast(returns.returned_day as date) as returned_day,
            cast(cast(returns.cents as decimal(12, 0)) * 0.01 as decimal(12, 2)) as amount,
            coalesce(orders.is_revenue and orders.net_amount > 0, false) as is_of_a_sale
        from returns inner join staging.stg_orders as orders
            on cast(returns.order_id as varchar) = orders.order_id
    """)
    return DuckDBSession(connection)


def counts_of(shop: Shop, cohort_basis: str) -> CohortCounts:
    """Return the counts of a shop."""
    return cohort_counts(staged(shop), cohort_basis)


def table_of(shop: Shop, as_of_date: datetime.date, cohort_basis: str) -> pd.DataFrame:
    """Return monthly_cohorts of what staging shows of the shop on that day."""
    return monthly_cohorts(counts_of(shop.until(as_of_date), cohort_basis), as_of_date)
