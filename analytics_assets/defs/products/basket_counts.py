"""Basket counts of one window, counted where the lines are."""

from collections.abc import Callable
from contextlib import closing

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics_assets.defs.products import basket_queries as queries
from analytics_assets.defs.products.affinity.counts import BasketCounts
from analytics_assets.defs.products.affinity.line_counts import BasketLines, line_counts
from analytics_assets.defs.products.affinity.strata import draw_strata
from analytics_assets.defs.products.basket_queries import BasketWindow
from analytics_assets.lib.warehouse.interface import Session

# Counting in memory takes 2 bytes for the square of the products, and some 80 for every line.
MOST_PRODUCTS_IN_MEMORY = 20_000
MOST_LINES_IN_MEMORY = 60_000_000

Report = Callable[[str], None]


def basket_counts(
    session: Session, window: BasketWindow, report: Report = lambda _: None
) -> BasketCounts:
    """Count the baskets, products and pairs of ``window``.

    Reads staging.stg_orders (order_id, order_day, is_demand) and staging.stg_order_items
    (order_id, product_id). A basket is the set of distinct products of one demand order; an order
    without a product is no basket. Lines whose product id is NULL, blank or excluded hold no
    product.

    A warehouse elsewhere counts itself: only counts leave it, never a line. Of one in this process
    the lines are read as integers and counted here, which is less work (docs/benchmarks.md), unless
    they are too many. Both ways give the same counts.

    Args:
        session: its temporary tables are dropped again before the counts are returned.
        window: which orders, products and pairs.
        report: called with one sentence after each step that takes time.
    """
    counts = _counts_in_memory(session, window, report) if session.in_process else None
    return counts or _counts_by_statements(session, window, report)


def _counts_by_statements(session: Session, window: BasketWindow, report: Report) -> BasketCounts:
    """Return the counts, made by the warehouse."""
    session.execute(queries.create_basket_items(window))
    session.execute(queries.create_basket_products())
    session.execute(queries.create_basket_product_lines())
    products = session.read(queries.product_counts())
    sizes = session.read(queries.basket_sizes())
    sizes = sizes.assign(order_month=pd.to_datetime(sizes["order_month"]))
    total_orders = int(sizes["baskets"].sum())
    report(f"{total_orders:,} baskets of {len(products):,} products")

    strata = draw_strata(sizes)
    if strata:
        partners = session.read(queries.partner_counts(strata))
    else:
        partners = pd.DataFrame({"product_code": [], "stratum": [], "partners": []})

    pairs = session.read(queries.pair_counts(window.min_pair_orders))
    report(f"{len(pairs):,} pairs in at least {window.min_pair_orders:,} baskets")
    for table in queries.TEMPORARY_TABLES:
        session.execute(f"drop table {table}")
    return BasketCounts(
        total_orders=total_orders,
        min_pair_orders=window.min_pair_orders,
        products=products.astype({"product_code": "int64", "product_orders": "int64"}),
        partners=partners.astype("int64"),
        pairs=pairs.astype("int64"),
    )


def _counts_in_memory(
    session: Session, window: BasketWindow, report: Report
) -> BasketCounts | None:
    """Return the counts, made here; None where lines or products are too many."""
    lines = _lines(session, window)
    if lines is None:
        return None
    counts = line_counts(lines, window.min_pair_orders)
    report(f"{counts.total_orders:,} baskets of {len(counts.products):,} products")
    report(f"{len(counts.pairs):,} pairs in at least {window.min_pair_orders:,} baskets")
    return counts


def _lines(session: Session, window: BasketWindow) -> BasketLines | None:
    """Return the window's lines, each batch of them as integers at once: their text is large."""
    numbers: dict[str, int] = {}
    columns: dict[str, list[npt.NDArray[np.int32]]] = {"basket": [], "order_month": []}
    products: list[npt.NDArray[np.int32]] = []
    lines = 0
    with closing(session.batches(queries.basket_lines(window))) as batches:
        for batch in batches:
            ids = batch.column("product_id").dictionary_encode()
            number = [numbers.setdefault(name, len(numbers)) for name in ids.dictionary.to_pylist()]
            products.append(np.array(number, np.int32)[ids.indices])
            for name, arrays in columns.items():
                # A view would keep the whole batch, text and all.
                arrays.append(batch.column(name).to_numpy().copy())
            lines += len(batch)
            if lines > MOST_LINES_IN_MEMORY or len(numbers) > MOST_PRODUCTS_IN_MEMORY:
                return None
    basket, order_month, product = (
        np.concatenate([np.empty(0, np.int32), *arrays]) for arrays in (*columns.values(), products)
    )
    return BasketLines(basket, order_month, product, list(numbers))
