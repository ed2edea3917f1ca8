"""Basket counts of one window, counted by the warehouse: only counts leave it, never a line."""

from collections.abc import Callable

import pandas as pd

from analytics_assets.metrics.affinity.counts import BasketCounts
from analytics_assets.metrics.affinity.strata import draw_strata
from analytics_assets.warehouse.interface import Session
from analytics_assets.warehouse.queries import baskets as queries
from analytics_assets.warehouse.queries.baskets import BasketWindow


def basket_counts(
    session: Session, window: BasketWindow, report: Callable[[str], None] = lambda _: None
) -> BasketCounts:
    """Count the baskets, products and pairs of ``window``.

    Reads staging.stg_orders (order_id, order_day, is_demand) and staging.stg_order_items
    (order_id, product_id). A basket is the set of distinct products of one demand order; an order
    without a product is no basket. Lines whose product id is NULL, blank or excluded hold no
    product.

    Args:
        session: its temporary tables are dropped again before the counts are returned.
        window: which orders, products and pairs.
        report: called with one sentence after each step that takes time.
    """
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
