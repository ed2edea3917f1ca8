"""How often recommendations were in the same basket, counted by the warehouse: never a line."""

from collections.abc import Iterable

import pandas as pd

from analytics_assets.defs.products import baskets
from analytics_assets.defs.products import scorecard_queries as queries
from analytics_assets.defs.products.baskets import BasketWindow
from analytics_assets.defs.products.scorecard.counts import ScorecardCounts
from analytics_assets.defs.products.scorecard.lists import RECOMMENDATION_LIST_COLUMNS
from analytics_assets.defs.products.scorecard.rules import BEST_SELLERS, RULES
from analytics_assets.lib.warehouse.interface import Session


def scorecard_counts(
    session: Session, window: BasketWindow, lists: pd.DataFrame, rules: Iterable[str] = tuple(RULES)
) -> ScorecardCounts:
    """Count the hits of ``lists`` in the baskets of ``window``.

    Reads staging.stg_orders and staging.stg_order_items as ``basket_counts`` does. The lists are
    a temporary table for as long as the counting takes.

    Args:
        session: its temporary tables are dropped again before the counts are returned.
        window: the baskets to score; ``min_pair_orders`` plays no part.
        lists: the columns of ``RECOMMENDATION_LIST_COLUMNS``, those of best sellers included.
        rules: names of the other rules; one without a list hits nothing.
    """
    session.execute(baskets.create_basket_items(window))
    session.execute(baskets.create_basket_products())
    session.execute(baskets.create_basket_product_lines())
    session.execute(queries.create_scored_lines())
    session.stage(queries.RECOMMENDATION_LISTS, lists, RECOMMENDATION_LIST_COLUMNS)
    session.execute(queries.create_scored_hits((*rules, BEST_SELLERS)))
    hits = session.read(queries.hit_counts())
    coverage = session.read(queries.coverage_counts())
    for table in (*queries.TEMPORARY_TABLES, *baskets.TEMPORARY_TABLES):
        session.execute(f"drop table {table}")

    return ScorecardCounts(
        hits=hits.astype({name: "int64" for name in hits.columns if name != "rule"}),
        coverage=coverage.astype({name: "int64" for name in coverage.columns if name != "rule"}),
    )
