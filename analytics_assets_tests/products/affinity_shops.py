"""Shops for the tests of basket lift: orders and lines, made by hand or drawn without relations."""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import duckdb
import numpy as np
import pandas as pd

from analytics_assets.defs.products.affinity import product_affinity
from analytics_assets.defs.products.baskets import BasketWindow, basket_counts
from analytics_assets.defs.products.counting import BasketCounts
from analytics_assets.lib.warehouse.duckdb import DuckDBSession

LAST_DAY = datetime.date(2024, 3, 31)


@dataclass(frozen=True)
class Shop:
    """orders: order_id, order_day, is_demand; items: order_id, product_id, quantity (else 1).

    ``returned``: (order_id, product_id, day) of what wholly came back.
    """

    orders: pd.DataFrame
    items: pd.DataFrame
    returned: Sequence[tuple[str, str, datetime.date]] = ()


def shop_of(
    baskets: Sequence[Iterable[str | None]], days: Sequence[datetime.date] | None = None
) -> Shop:
    """Return a shop with one demand order a basket, by default all on the last day."""
    ids = [f"order_{number}" for number in range(len(baskets))]
    rows = [
        (order, product) for order, basket in zip(ids, baskets, strict=True) for product in basket
    ]
    return Shop(
        orders=pd.DataFrame(
            {
                "order_id": pd.array(ids, dtype="str"),
                "order_day": days if days is not None else [LAST_DAY] * len(ids),
                "is_demand": True,
            }
        ),
        items=pd.DataFrame(
            {
                "order_id": pd.array([order for order, _ in rows], dtype="str"),
                "product_id": pd.array([product for _, product in rows], dtype="str"),
            }
        ),
    )


@contextmanager
def staged(shop: Shop) -> Iterator[DuckDBSession]:
    """Open a database in memory whose staging schema holds the shop."""
    with duckdb.connect() as connection:
        connection.register("orders", shop.orders)
        connection.register("items", shop.items.assign(quantity=shop.items.get("quantity", 1)))
        connection.execute("create schema staging")
        connection.execute(
            "create table staging.stg_orders as select cast(order_id as varchar) as order_id,"
            " cast(order_day as date) as order_day, cast(is_demand as boolean) as is_demand"
            " from orders"
        )
        connection.execute(
            "create table staging.stg_order_items as select cast(order_id as varchar) as order_id,"
            " cast(product_id as varchar) as product_id, quantity from items"
        )
        connection.execute(
            "create table staging.int_returned_products (order_id varchar, product_id varchar,"
            " returned_day date)"
        )
        for row in shop.returned:
            connection.execute("insert into staging.int_returned_products values (?, ?, ?)", row)
        yield DuckDBSession(connection)


def window_of(min_pair_orders: int = 1, lookback_days: int = 91, **others: object) -> BasketWindow:
    """Return a window that ends on the last day, by default with its month and the two before."""
    return BasketWindow(LAST_DAY, lookback_days, min_pair_orders, **others)


def counts_of(
    shop: Shop, window: BasketWindow | None = None, in_process: bool = True
) -> BasketCounts:
    with staged(shop) as session:
        return basket_counts(replace(session, in_process=in_process), window or window_of())


def names_of(counts: BasketCounts) -> pd.DataFrame:
    ids = counts.products["product_id"]
    return pd.DataFrame(
        {"product_id": ids, "product_name": "name of " + ids, "product_category": "category"}
    )


def affinity_of(shop: Shop, window: BasketWindow | None = None) -> pd.DataFrame:
    counts = counts_of(shop, window)
    return product_affinity(counts, names_of(counts), LAST_DAY)


def drawn_items(
    sizes: np.ndarray, popularity: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return (basket, product) of a shop without relations, one row a line, products distinct.

    Each basket draws its products one after another without replacement, with odds in proportion
    to popularity: the same as its ``size`` largest values of log(popularity) + Gumbel noise.
    """
    by_size = np.argsort(sizes, kind="stable")
    baskets, products = [], []
    for some in np.array_split(by_size, max(1, len(sizes) * len(popularity) // 1_000_000)):
        noise = rng.gumbel(size=(len(some), len(popularity)))
        longest = sizes[some].max(initial=0)
        ranked = -(np.log(popularity) + noise)
        best = np.argpartition(ranked, min(longest, len(popularity) - 1), axis=1)[:, :longest]
        best = np.take_along_axis(
            best, np.argsort(np.take_along_axis(ranked, best, axis=1), axis=1), axis=1
        )
        held = np.arange(longest) < sizes[some][:, None]
        baskets.append(np.repeat(some, sizes[some]))
        products.append(best[held])
    return np.concatenate(baskets), np.concatenate(products)


def shop_of_items(basket: np.ndarray, product: np.ndarray, days: np.ndarray | None = None) -> Shop:
    """Return the shop of (basket, product) lines; days holds one day a basket."""
    orders = np.arange(basket.max() + 1)
    return Shop(
        orders=pd.DataFrame(
            {
                "order_id": orders.astype(str),
                "order_day": pd.Timestamp(LAST_DAY) if days is None else days,
                "is_demand": True,
            }
        ),
        items=pd.DataFrame(
            {
                "order_id": basket.astype(str),
                "product_id": np.char.add("p", np.char.zfill(product.astype(str), 5)),
            }
        ),
    )


def with_planted_pairs(
    basket: np.ndarray,
    product: np.ndarray,
    planted: np.ndarray,
    attach_rate: float,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the lines and, for each row (A, B) of ``planted``, B in some of the baskets with A.

    ``attach_rate`` is the share of A's baskets that get B; a basket that has B keeps one line more.
    """
    baskets, products = [basket], [product]
    for a, b in planted:
        with_a = basket[product == a]
        attached = with_a[rng.random(len(with_a)) < attach_rate]
        baskets.append(attached)
        products.append(np.full(len(attached), b))
    return np.concatenate(baskets), np.concatenate(products)


def skewed_popularity(products: int, exponent: float = 0.8) -> np.ndarray:
    return 1 / np.arange(1, products + 1) ** exponent
