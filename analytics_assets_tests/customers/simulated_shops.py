"""Shops lived one purchase at a time: orders of customers whose habits and calendar are given.

A customer buys at a rate of its own, times what the calendar does, and may leave for good after
each repeat purchase. Nothing here is the code under test.
"""

import datetime
from dataclasses import dataclass

import duckdb
import numpy as np
import pandas as pd

from analytics_assets.lib.warehouse.duckdb import DuckDBSession

FIRST_DAY = datetime.date(2020, 1, 1)
DAYS = 6 * 365


@dataclass(frozen=True)
class Shop:
    """Attributes:
    customers: who join in the six years.
    rate: gamma shape and rate of purchases per week.
    dropout: beta of the chance to leave after a repeat purchase; None where nobody leaves.
    peak: how many times as many purchases as usual between 15 November and 24 December.
    growth: new customers of a year over those of the year before.
    price_step: factor on prices from ``price_day`` on.
    exodus: share of the customers who leave for good on ``exodus_day``.
    """

    customers: int = 6000
    rate: tuple[float, float] = (0.8, 9.0)
    dropout: tuple[float, float] | None = (0.9, 6.0)
    peak: float = 1.0
    growth: float = 1.0
    price_step: float = 1.0
    price_day: datetime.date = FIRST_DAY
    exodus: float = 0.0
    exodus_day: datetime.date = FIRST_DAY


def orders_of(shop: Shop, seed: int) -> pd.DataFrame:
    """Return customer_id, order_day (datetime64) and value of every purchase of six years."""
    rng = np.random.default_rng(seed)
    n = shop.customers
    dates = pd.date_range(FIRST_DAY, periods=DAYS)
    month_day = dates.month * 100 + dates.day
    calendar = np.where((month_day >= 1115) & (month_day <= 1224), shop.peak, 1.0)
    clock = np.concatenate([[0.0], np.cumsum(calendar)])
    joins = calendar * shop.growth ** (np.arange(DAYS) / 365)
    joined = rng.choice(DAYS, n, p=joins / joins.sum())
    rate = rng.gamma(shop.rate[0], 1 / shop.rate[1], n) / 7
    leaves = rng.beta(*shop.dropout, n) if shop.dropout else np.zeros(n)
    end = np.full(n, clock[-1])
    gone = rng.random(n) < shop.exodus
    end[gone] = clock[(shop.exodus_day - FIRST_DAY).days]
    own_value = 40 * rng.gamma(6, 1 / 6, n)

    now, there = clock[joined] + 0.5 * calendar[joined], np.arange(n)
    there = there[now < end]
    ids, times = [there], [now[there]]
    while len(there):
        now[there] += rng.exponential(1 / rate[there])
        there = there[now[there] < end[there]]
        ids.append(there)
        times.append(now[there])
        there = there[rng.random(len(there)) >= leaves[there]]
    customer = np.concatenate(ids)
    day = np.searchsorted(clock, np.concatenate(times), side="right") - 1
    value = own_value[customer] * rng.gamma(3, 1 / 3, len(customer)) + 0.01
    value *= np.where(day >= (shop.price_day - FIRST_DAY).days, shop.price_step, 1.0)
    return pd.DataFrame(
        {
            "customer_id": [f"c{number:06}" for number in customer],
            "order_day": dates[day],
            "value": value.round(2),
        }
    )


def session_of(
    orders: pd.DataFrame, others: int = 0, returns: pd.DataFrame | None = None
) -> DuckDBSession:
    """Return a database with these orders staged, and ``others`` customers who never bought.

    ``returns`` have customer_id, order_day, returned_day and amount; None is none.
    """
    connection = duckdb.connect()
    connection.execute("create schema staging")
    connection.register("orders", orders)
    connection.execute(
        "create table staging.stg_returns (customer_id varchar, order_day date, returned_day date,"
        " amount decimal(18, 2), is_of_a_sale boolean)"
    )
    if returns is not None:
        connection.register("returns", returns)
        connection.execute(
            "insert into staging.stg_returns select customer_id, order_day, returned_day,"
            " cast(amount as decimal(18, 2)), true from returns"
        )
    connection.execute(
        "create table staging.stg_orders as select customer_id, cast(order_day as date) as"
        " order_day, cast(value as decimal(18, 2)) as net_amount, true as is_revenue from orders"
    )
    connection.execute(
        "create table staging.stg_customers as select distinct customer_id from staging.stg_orders"
        f" union all select 'never' || range from range({others})"
    )
    return DuckDBSession(connection)


def year_after(orders: pd.DataFrame, day: datetime.date) -> pd.DataFrame:
    """Return value and purchase days of the 365 days after ``day``, per customer known by then."""
    known = orders.loc[orders["order_day"] <= pd.Timestamp(day), "customer_id"].unique()
    later = orders[
        (orders["order_day"] > pd.Timestamp(day))
        & (orders["order_day"] <= pd.Timestamp(day + datetime.timedelta(days=365)))
    ]
    days = later.groupby(["customer_id", "order_day"])["value"].sum()
    return days.groupby("customer_id").agg(revenue="sum", orders="size").reindex(known).fillna(0)
