"""Shops for the tests of recommendations, and the way from a staged shop to its scorecard."""

import datetime
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import duckdb
import numpy as np
import pandas as pd

from analytics_assets.defs.products.affinity import product_affinity
from analytics_assets.defs.products.baskets import BasketWindow, basket_counts, product_names
from analytics_assets.defs.products.scorecard import SCORED_DAYS, recommendation_scorecard
from analytics_assets.defs.products.scorecard_queries import create_lists, scorecard_counts
from analytics_assets.lib.warehouse.duckdb import DuckDBSession

AS_OF_DATE = datetime.date(2024, 3, 31)
LAST_LEARNT = datetime.date(2024, 3, 1)
LOOKBACK_DAYS = 60
RECOMMENDATION_DAYS = 90
MIN_ORDERS = 2

CREATE_PRODUCT_VOTES = "create or replace table analytics.product_votes as "

STAGING = (
    "create schema if not exists staging",
    "create schema if not exists analytics",
    "create table staging.stg_orders (order_id varchar, order_day date, is_demand boolean)",
    "create table staging.stg_order_items (order_id varchar, product_id varchar,"
    " product_name varchar, product_category varchar, quantity integer)",
    "create table staging.int_returned_products (order_id varchar, product_id varchar,"
    " returned_day date)",
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
    # What took something back is in no basket.
    connection.execute(
        "insert into staging.stg_order_items"
        " select * replace ('back' as product_id, 0 as quantity) from staging.stg_order_items"
    )
    connection.execute(f"insert into staging.stg_clock values (date '{AS_OF_DATE}')")


@contextmanager
def staged(orders: Sequence[Order]) -> Iterator[DuckDBSession]:
    with duckdb.connect() as connection:
        stage(connection, orders)
        yield DuckDBSession(connection)


def affinity_window(
    as_of_date: datetime.date = LAST_LEARNT,
    min_pair_orders: int = 3,
    excluded: tuple[str, ...] = (),
) -> BasketWindow:
    return BasketWindow(as_of_date, LOOKBACK_DAYS, min_pair_orders, excluded)


def votes_window(affinity: BasketWindow) -> BasketWindow:
    return replace(affinity, lookback_days=RECOMMENDATION_DAYS, min_pair_orders=MIN_ORDERS)


def affinity_in(session: DuckDBSession, window: BasketWindow) -> pd.DataFrame:
    return product_affinity(
        basket_counts(session, window), product_names(session), window.as_of_date
    )


def scorecard_in(
    session: DuckDBSession,
    affinity: pd.DataFrame,
    votes: BasketWindow,
    as_of_date: datetime.date = AS_OF_DATE,
    plant: Callable[[DuckDBSession], None] = lambda _: None,
) -> pd.DataFrame:
    """Return the scorecard of a staged shop; ``plant`` may put other lists in between."""
    create_lists(session, votes, affinity)
    plant(session)
    scored = replace(votes, as_of_date=as_of_date, lookback_days=SCORED_DAYS)
    counts = scorecard_counts(session, scored)
    return recommendation_scorecard(counts, as_of_date, votes.lookback_days)


def scorecard_of(orders: Sequence[Order], **others) -> pd.DataFrame:
    window = affinity_window()
    with staged(orders) as session:
        return scorecard_in(session, affinity_in(session, window), votes_window(window), **others)


def random_orders(seed: int, orders: int = 600, products: int = 24) -> list[Order]:
    """Return baskets of 1 to 12 products, skewed, each even product often with the next one.

    Some orders are no demand, some lie outside both windows, some products are new at the end.
    """
    rng = np.random.default_rng(seed)
    popularity = 1 / np.arange(1, products + 1) ** 0.5
    first = LAST_LEARNT - datetime.timedelta(days=RECOMMENDATION_DAYS + 3)
    made = []
    for _ in range(orders):
        day = first + datetime.timedelta(days=int(rng.integers(0, 128)))
        size = min(int(rng.geometric(0.3)), 12)
        basket = rng.choice(products, size, replace=False, p=popularity / popularity.sum())
        partners = [item + 1 for item in basket if item % 2 == 0 and rng.random() < 0.8]
        ids: list[str | None] = [f"p{item:02}" for item in (*basket, *partners)]
        if day > LAST_LEARNT and rng.random() < 0.2:
            ids.append("new")
        if rng.random() < 0.1:
            ids.append(rng.choice(np.array([None, "fee"], dtype=object)))
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


def wholesale_orders(seed: int = 11, retail: int = 4000, wholesale: int = 200) -> list[Order]:
    """Return small baskets of a product, its partner and a bag, and large ones of an assortment.

    The large baskets hold most of what is bought together; the small ones are what people who look
    at a product's page buy.
    """
    rng = np.random.default_rng(seed)
    days = LOOKBACK_DAYS + 30
    first = LAST_LEARNT - datetime.timedelta(days=LOOKBACK_DAYS - 1)
    made = []
    for number in range(retail + wholesale):
        day = first + datetime.timedelta(days=int(rng.integers(0, days)))
        if number < wholesale:
            half = int(rng.integers(0, 2))
            basket = [item for item in range(40 * half, 40 * half + 40) if rng.random() < 0.9]
        else:
            item = int(rng.integers(0, 80))
            basket = [item, *([(item + 40) % 80] if rng.random() < 0.25 else [])]
        ids = [f"p{item:02}" for item in basket]
        if number >= wholesale and rng.random() < 0.6:
            ids.append("bag")
        made.append(Order(day, ids))
    return made
