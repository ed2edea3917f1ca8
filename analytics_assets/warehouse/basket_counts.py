"""Basket counts of one window, counted where the lines are."""

from collections.abc import Callable

import pandas as pd

from analytics_assets.metrics.affinity.counts import BasketCounts
from analytics_assets.metrics.affinity.line_counts import line_counts
from analytics_assets.metrics.affinity.strata import draw_strata
from analytics_assets.warehouse.interface import Session
from analytics_assets.warehouse.queries import baskets as queries
from analytics_assets.warehouse.queries.baskets import BasketWindow

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
    session.execute(queries.create_basket_items(window))
    session.execute(queries.create_basket_products())
    count = counts_in_memory if session.in_process and _fits(session) else counts_by_statements
    counts = count(session, window.min_pair_orders, report)
    for table in queries.TEMPORARY_TABLES:
        session.execute(f"drop table if exists {table}")
    return counts


def counts_by_statements(session: Session, min_pair_orders: int, report: Report) -> BasketCounts:
    """Return the counts of the temporary tables of items and products, made by the warehouse."""
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

    pairs = session.read(queries.pair_counts(min_pair_orders))
    report(f"{len(pairs):,} pairs in at least {min_pair_orders:,} baskets")
    return BasketCounts(
        total_orders=total_orders,
        min_pair_orders=min_pair_orders,
        products=products.astype({"product_code": "int64", "product_orders": "int64"}),
        partners=partners.astype("int64"),
        pairs=pairs.astype("int64"),
    )


def counts_in_memory(session: Session, min_pair_orders: int, report: Report) -> BasketCounts:
    """Return the counts of the temporary tables of items and products, made here."""
    ids = session.read(queries.product_ids())["product_id"]
    counts = line_counts(session.read(queries.basket_lines()), ids, min_pair_orders)
    report(f"{counts.total_orders:,} baskets of {len(ids):,} products")
    report(f"{len(counts.pairs):,} pairs in at least {min_pair_orders:,} baskets")
    return counts


def _fits(session: Session) -> bool:
    items = int(session.read(queries.item_count())["items"].iloc[0])
    products = len(session.read(queries.product_ids()))
    return items <= MOST_LINES_IN_MEMORY and products <= MOST_PRODUCTS_IN_MEMORY
