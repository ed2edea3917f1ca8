"""The asset ``recommendation_scorecard``: are the recommendations better than best sellers?"""

import dataclasses
import time

import dagster as dg

from analytics_assets.defs.products.affinity import product_affinity
from analytics_assets.defs.products.baskets import BasketWindow, basket_counts, product_names
from analytics_assets.defs.products.scorecard import recommendation_scorecard as scorecard
from analytics_assets.defs.products.scorecard.lists import recommendation_lists
from analytics_assets.defs.products.scorecard.rules import RECOMMENDATIONS
from analytics_assets.defs.products.scorecard_counts import scorecard_counts
from analytics_assets.lib.charts.page import facts, figures
from analytics_assets.lib.charts.page import table as shown
from analytics_assets.lib.tables import python_asset, write
from analytics_assets.lib.warehouse.aggregates import newest_order
from analytics_assets.lib.warehouse.clock import read_clock
from analytics_assets.lib.warehouse.interface import Warehouse
from analytics_assets.variables import Variables

TABLE = "analytics.recommendation_scorecard"
READS = (
    "staging.stg_orders",
    "staging.stg_order_items",
    "staging.stg_products",
    "staging.stg_clock",
)


@python_asset(TABLE, READS)
def recommendation_scorecard(
    context: dg.AssetExecutionContext,
    warehouse: dg.ResourceParam[Warehouse],
    variables: dg.ResourceParam[Variables],
) -> dg.MaterializeResult[None]:
    """Learn each rule's lists from older baskets, score them on newer ones, replace the table."""
    started = time.perf_counter()
    with warehouse.session() as session:
        as_of_date = read_clock(session, variables.as_of_date)
        learnt = BasketWindow(
            as_of_date=scorecard.learnt_to(as_of_date),
            lookback_days=variables.lookback_days,
            min_pair_orders=variables.min_pair_orders,
            excluded_product_ids=variables.excluded_product_ids,
        )
        counts = basket_counts(session, learnt, report=context.log.info)
        names = product_names(session)
        pairs = product_affinity(counts, names, learnt.as_of_date)
        lists = recommendation_lists(pairs, counts.products, names["product_id"])
        scored = dataclasses.replace(
            learnt, as_of_date=as_of_date, lookback_days=scorecard.SCORED_DAYS
        )
        table = scorecard.recommendation_scorecard(
            scorecard_counts(session, scored, lists), as_of_date, variables.lookback_days
        )
        write(session, TABLE, table)
        newest = newest_order(session)
    seconds = time.perf_counter() - started
    preview = table[
        [
            "rule",
            "cut_off",
            "hit_rate",
            "coverage",
            "ratio_to_best_sellers",
            "ratio_lower",
            "ratio_upper",
        ]
    ]
    first_five = table[(table["rule"] == RECOMMENDATIONS) & (table["cut_off"] == 5)].iloc[0]
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": len(table),
            **facts(as_of_date, newest, seconds),
            **figures(
                {
                    "baskets_learnt": counts.total_orders,
                    "baskets_scored": int(table["baskets"].iloc[0]),
                    "hit_rate_at_5": first_five["hit_rate"],
                    "coverage": first_five["coverage"],
                    "ratio_to_best_sellers_at_5": first_five["ratio_to_best_sellers"],
                }
            ),
            # All of it: a dozen rows.
            "preview": shown(preview, len(preview)),
        }
    )
