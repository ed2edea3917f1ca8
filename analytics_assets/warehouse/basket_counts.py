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


def _silent(_: str) -> None:
    pass


def basket_counts(session: Session, window: BasketWindow, report: Report = _silent) -> BasketCounts:
    """Count the baskets, products and pairs of ``window``.

    Reads staging.stg_orders (order_id, order_day, is_demand) and staging.stg_order_items
    (order_id, product_id). A basket is the set of distinct products of one demand order; an order
    without a product is no basket. Lines whose product id is NULL, blank or excluded hold no
    product.

    A warehouse elsewhere counts itself: only counts leave it, never a line. Of one in this process
    the lines are read as integers and counted here, which takes a fraction of the work
    (docs/benchmarks.md), unless they are too many. Both ways give the same counts.

    Args:
        session: its temporary tables are dropped again before the counts are returned.
        window: which orders, products and pairs.
        report: called with one sentence after each step that takes time.
    """
    if session.in_process:
        counts = counts_in_memory(session, window, report)
        if counts is not None:
            return counts
    return counts_by_statements(session, window, report)


def counts_by_statements(
    session: Session, window: BasketWindow, report: Report = _silent
) -> BasketCounts:
    """Return the counts of ``basket_counts``, made by the warehouse."""
    session.execute(queries.create_basket_items(window))
    session.execute(queries.create_basket_products())
    session.execute(queries.create_basket_product_lines())

    products = session.read(queries.product_counts())
    sizes = session.read(queries.basket_sizes())
    sizes = sizes.assign(order_month=pd.to_datetime(sizes["order_month"]))
    total_orders = int(sizes["baskets"].sum())
    _report_baskets(report, total_orders, len(products))

    strata = draw_strata(sizes)
    if strata:
        partners = session.read(queries.partner_counts(strata))
    else:
        partners = pd.DataFrame({"product_code": [], "stratum": [], "partners": []})

    pairs = session.read(queries.pair_counts(window.min_pair_orders))
    _report_pairs(report, len(pairs), window)

    for table in queries.TEMPORARY_TABLES:
        session.execute(f"drop table {table}")
    return BasketCounts(
        total_orders=total_orders,
        min_pair_orders=window.min_pair_orders,
        products=products.astype({"product_code": "int64", "product_orders": "int64"}),
        partners=partners.astype("int64"),
        pairs=pairs.astype("int64"),
    )


def counts_in_memory(
    session: Session, window: BasketWindow, report: Report = _silent
) -> BasketCounts | None:
    """Return the counts of ``basket_counts``, made here; None where memory might not do."""
    if int(session.read(queries.staged_lines())["lines"].iloc[0]) > MOST_LINES_IN_MEMORY:
        return None
    session.execute(queries.create_staged_products(window))
    ids = session.read(queries.staged_product_ids())["product_id"]
    counts = None
    if len(ids) <= MOST_PRODUCTS_IN_MEMORY:
        lines = session.read(queries.basket_lines(window))
        counts = line_counts(lines, ids, window.min_pair_orders)
        _report_baskets(report, counts.total_orders, len(counts.products))
        _report_pairs(report, len(counts.pairs), window)
    session.execute("drop table staged_products")
    return counts


def _report_baskets(report: Report, baskets: int, products: int) -> None:
    report(f"{baskets:,} baskets of {products:,} products")


def _report_pairs(report: Report, pairs: int, window: BasketWindow) -> None:
    report(f"{pairs:,} pairs in at least {window.min_pair_orders:,} baskets")
