"""Shops for the tests of the scorecard, and the way from a staged shop to its scorecard."""

import dataclasses
import datetime
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb
import numpy as np
import pandas as pd

from analytics_assets.defs.products.affinity import product_affinity
from analytics_assets.defs.products.baskets import BasketWindow, basket_counts, product_names
from analytics_assets.defs.products.scorecard import recommendation_scorecard as scorecard
from analytics_assets.defs.products.scorecard.lists import recommendation_lists
from analytics_assets.defs.products.scorecard.rules import RULES, Rule
from analytics_assets.defs.products.scorecard_counts import scorecard_counts
from analytics_assets.lib.warehouse.duckdb import DuckDBSession

AS_OF_DATE = datetime.date(2024, 3, 31)
LAST_LEARNT = datetime.date(2024, 3, 1)
LOOKBACK_DAYS = 60

STAGING = (
    "create schema if not exists staging",
    "create schema if not exists analytics",
    "create table staging.stg_orders (order_id varchar, order_day date, is_demand boolean)",
    "create table staging.stg_order_items (order_id varchar, product_id varchar,"
    " product_name varchar, product_category varchar, quantity integer)",
    "create table staging.stg_products"
    " (product_id varchar, product_name varchar, product_category varchar)",
    "create table staging.stg_clock (as_of_date date)",
)


@dataclass(frozen=True)
class Order:
    day: datetime.date
    products: Sequence[str | None]
    is_demand: bool = True


def stage(connection: duckdb.DuckDBPyConnection, orders: Sequence[Order]) -> None:
    """Fill the staging schema; the catalogue is empty."""
    for statement in STAGING:
        connection.execute(statement)
    ids = [f"order_{number:06}" for number in range(len(orders))]
    heads = pd.DataFrame(
        {
            "order_id": pd.array(ids, dtype="str"),
            "order_day": pd.to_datetime([order.day for order in orders]),
            "is_demand": [order.is_demand for order in orders],
        }
    )
    rows = [(id_, item) for id_, o in zip(ids, orders, strict=True) for item in o.products]
    lines = pd.DataFrame(
        {
            "order_id": pd.array([order for order, _ in rows], dtype="str"),
            "product_id": pd.array([product for _, product in rows], dtype="str"),
        }
    )
    connection.register("heads", heads)
    connection.register("lines", lines)
    connection.execute("insert into staging.stg_orders select * from heads")
    connection.execute("insert into staging.stg_order_items select *, null, null, 1 from lines")
    connection.execute(f"insert into staging.stg_clock values (date '{AS_OF_DATE}')")


@contextmanager
def staged(orders: Sequence[Order]) -> Iterator[DuckDBSession]:
    with duckdb.connect() as connection:
        stage(connection, orders)
        yield DuckDBSession(connection)


def learnt_window(min_pair_orders: int, excluded: tuple[str, ...] = ()) -> BasketWindow:
    return BasketWindow(LAST_LEARNT, LOOKBACK_DAYS, min_pair_orders, excluded)


def learnt_pairs(session: DuckDBSession, window: BasketWindow) -> pd.DataFrame:
    counts = basket_counts(session, window)
    return product_affinity(counts, product_names(session), window.as_of_date)


def scorecard_in(
    session: DuckDBSession,
    window: BasketWindow,
    as_of_date: datetime.date = AS_OF_DATE,
    rules: Mapping[str, Rule] = RULES,
) -> pd.DataFrame:
    """Return the scorecard of a staged shop, learnt on ``window``."""
    counts = basket_counts(session, window)
    names = product_names(session)
    pairs = product_affinity(counts, names, window.as_of_date)
    lists = recommendation_lists(pairs, counts.products, names["product_id"], rules)
    scored = dataclasses.replace(window, as_of_date=as_of_date, lookback_days=scorecard.SCORED_DAYS)
    return scorecard.recommendation_scorecard(
        scorecard_counts(session, scored, lists, rules), as_of_date, window.lookback_days, rules
    )


def scorecard_of(orders: Sequence[Order], min_pair_orders: int = 3, **others) -> pd.DataFrame:
    with staged(orders) as session:
        return scorecard_in(session, learnt_window(min_pair_orders, **others))


def random_orders(seed: int, orders: int = 600, products: int = 24) -> list[Order]:
    """Return baskets of 1 to 12 products, skewed, each even product often with the next one.

    Some orders are no demand, some lie outside both windows, some products are new at the end.
    """
    rng = np.random.default_rng(seed)
    popularity = 1 / np.arange(1, products + 1) ** 0.5
    first = LAST_LEARNT - datetime.timedelta(days=LOOKBACK_DAYS + 3)
    made = []
    for _ in range(orders):
        day = first + datetime.timedelta(days=int(rng.integers(0, 98)))
        size = min(int(rng.geometric(0.3)), 12)
        basket = rng.choice(products, size, replace=False, p=popularity / popularity.sum())
        partners = [item + 1 for item in basket if item % 2 == 0 and rng.random() < 0.8]
        ids: list[str | None] = [f"p{item:02}" for item in (*basket, *partners)]
        if day > LAST_LEARNT and rng.random() < 0.2:
            ids.append("new")
        if rng.random() < 0.1:
            ids.append(rng.choice(np.array([None, " ", "fee"], dtype=object)))
        made.append(Order(day, ids, is_demand=bool(rng.random() < 0.95)))
    return made


def planted_orders(seed: int = 5, orders: int = 1800, products: int = 60) -> list[Order]:
    """Return baskets of a few products, of which each one brings its partner every other time."""
    rng = np.random.default_rng(seed)
    popularity = 1 / np.arange(1, products + 1) ** 0.5
    first = LAST_LEARNT - datetime.timedelta(days=LOOKBACK_DAYS - 1)
    made = []
    for _ in range(orders):
        day = first + datetime.timedelta(days=int(rng.integers(0, LOOKBACK_DAYS + 30)))
        size = int(rng.integers(1, 5))
        basket = rng.choice(products, size, replace=False, p=popularity / popularity.sum())
        partners = [item ^ 1 for item in basket if rng.random() < 0.5]
        made.append(Order(day, sorted({f"p{item:02}" for item in (*basket, *partners)})))
    return made


def shuffled(orders: Sequence[Order], seed: int = 0) -> list[Order]:
    """Return the same baskets' sizes and the same items, dealt anew without regard to each other.

    An item that would be in a basket twice changes places until none is.
    """
    rng = np.random.default_rng(seed)
    items = rng.permutation([item for order in orders for item in order.products])
    owner = np.repeat(np.arange(len(orders)), [len(order.products) for order in orders])
    while (again := pd.DataFrame({"owner": owner, "item": items}).duplicated().to_numpy()).any():
        for place in np.flatnonzero(again):
            other = rng.integers(len(items))
            items[[place, other]] = items[[other, place]]
    dealt = pd.Series(items).groupby(owner).agg(list)
    return [Order(order.day, dealt[number]) for number, order in enumerate(orders)]
