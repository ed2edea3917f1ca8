"""The assets behind the recommendations: the votes they stand on, and how well they do."""

import dataclasses
import datetime

import dagster as dg
import pandas as pd

from analytics_assets.defs.products import scorecard
from analytics_assets.defs.products.affinity import product_affinity
from analytics_assets.defs.products.baskets import BasketWindow, basket_counts, product_names
from analytics_assets.defs.products.scorecard_queries import create_lists, scorecard_counts
from analytics_assets.defs.products.votes import create_votes, drop_votes, product_votes_query
from analytics_assets.lib.charts.page import figures
from analytics_assets.lib.charts.page import table as table_of
from analytics_assets.lib.python_asset import build, python_asset
from analytics_assets.lib.tables import table
from analytics_assets.lib.warehouse.interface import Warehouse
from analytics_assets.variables import Variables

VOTES = "analytics.product_votes"
SCORECARD = "analytics.recommendation_scorecard"
ORDERS = (
    "staging.stg_orders",
    "staging.stg_order_items",
    "staging.int_returned_products",
    "staging.stg_clock",
)


@python_asset(VOTES, ORDERS)
def product_votes(
    context: dg.AssetExecutionContext,
    warehouse: dg.ResourceParam[Warehouse],
    variables: dg.ResourceParam[Variables],
) -> dg.MaterializeResult[None]:
    """Count the votes of each pair where the lines are, replace the table."""
    with build(VOTES, warehouse, variables) as made:
        session, as_of_date = made.session, made.as_of_date
        create_votes(session, _votes_window(variables, as_of_date))
        typed = ", ".join(
            f"cast({name} as {kind}) as {name}" for name, kind in table(VOTES).types.items()
        )
        session.execute(
            f"create or replace table {VOTES} as\n"
            f"select {typed}\nfrom ({product_votes_query(as_of_date)}) as votes"
        )
        drop_votes(session)
        [(pairs, baskets)] = session.read(
            f"select count(*) as pairs, max(total_orders) as baskets from {VOTES}"
        ).itertuples(index=False)
    days, least = variables.recommendation_days, variables.min_recommendation_orders
    found = f"{pairs:,} pairs are in {least} or more of {baskets:,} baskets" if pairs else "No pair"
    return dg.MaterializeResult(
        metadata={
            "finding": f"{found} of the {days} days to {as_of_date}",
            "dagster/row_count": int(pairs),
            **made.facts,
            **figures({"baskets": None if pd.isna(baskets) else int(baskets)}),
        }
    )


@python_asset(SCORECARD, (*ORDERS, "staging.stg_products"))
def recommendation_scorecard(
    context: dg.AssetExecutionContext,
    warehouse: dg.ResourceParam[Warehouse],
    variables: dg.ResourceParam[Variables],
) -> dg.MaterializeResult[None]:
    """Learn each rule's lists from older baskets, score them on newer ones, replace the table."""
    with build(SCORECARD, warehouse, variables) as made:
        session, as_of_date = made.session, made.as_of_date
        votes = _votes_window(variables, scorecard.learnt_to(as_of_date))
        pairs = dataclasses.replace(
            votes,
            lookback_days=variables.lookback_days,
            min_pair_orders=variables.min_pair_orders,
        )
        counts = basket_counts(session, pairs, report=context.log.info)
        affinity = product_affinity(counts, product_names(session), pairs.as_of_date)
        create_lists(session, votes, affinity)
        scored = dataclasses.replace(
            votes, as_of_date=as_of_date, lookback_days=scorecard.SCORED_DAYS
        )
        rules = scorecard.recommendation_scorecard(
            scorecard_counts(session, scored), as_of_date, votes.lookback_days
        )
        made.write(rules)
    at_five = rules[(rules["rule"] == scorecard.RECOMMENDATIONS) & (rules["cut_off"] == 5)].iloc[0]
    measured = ["hit_rate", "coverage", "ratio_to_best_sellers", "ratio_to_confidence"]
    rates = rules[["rule", "cut_off", "hit_rate", "ratio_to_best_sellers", "ratio_to_confidence"]]
    return dg.MaterializeResult(
        metadata={
            "finding": scorecard.finding(rules),
            **made.facts,
            **figures(
                {
                    "baskets_scored": int(at_five["baskets"]),
                    **{f"{name}_at_5": at_five[name] for name in measured},
                }
            ),
            # All of it: a dozen rows.
            "rates": table_of(rates, len(rates)),
        }
    )


def _votes_window(variables: Variables, as_of_date: datetime.date) -> BasketWindow:
    return BasketWindow(
        as_of_date=as_of_date,
        lookback_days=variables.recommendation_days,
        min_pair_orders=variables.min_recommendation_orders,
        excluded_product_ids=variables.excluded_product_ids,
    )
