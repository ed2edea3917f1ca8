"""The asset ``product_affinity``: which products belong together, adjusted for basket size."""

import dagster as dg
import pandas as pd

from analytics_assets.defs.products import affinity
from analytics_assets.defs.products.baskets import BasketWindow, basket_counts, product_names
from analytics_assets.defs.products.chart import affinity_figure, related_pairs
from analytics_assets.lib.charts.page import figures, picture
from analytics_assets.lib.charts.page import table as table_of
from analytics_assets.lib.python_asset import build, python_asset
from analytics_assets.lib.warehouse.interface import Warehouse
from analytics_assets.variables import Variables

TABLE = "analytics.product_affinity"
READS = (
    "staging.stg_orders",
    "staging.stg_order_items",
    "staging.int_returned_products",
    "staging.stg_products",
    "staging.stg_clock",
)


@python_asset(TABLE, READS)
def product_affinity(
    context: dg.AssetExecutionContext,
    warehouse: dg.ResourceParam[Warehouse],
    variables: dg.ResourceParam[Variables],
) -> dg.MaterializeResult[None]:
    """Read basket counts, compute every measure of each pair, replace the table."""
    with build(TABLE, warehouse, variables) as made:
        session, as_of_date = made.session, made.as_of_date
        window = BasketWindow(
            as_of_date=as_of_date,
            lookback_days=variables.lookback_days,
            min_pair_orders=variables.min_pair_orders,
            excluded_product_ids=variables.excluded_product_ids,
        )
        counts = basket_counts(session, window, report=context.log.info)
        pairs = affinity.product_affinity(counts, product_names(session), as_of_date)
        made.write(pairs)
    related = related_pairs(pairs)
    return dg.MaterializeResult(
        metadata={
            **picture(
                "product_affinity",
                lambda: affinity_figure(
                    pairs, as_of_date, window.lookback_days, window.min_pair_orders
                ),
                warehouse.picture_folder,
                context.log,
            ),
            **made.facts,
            **figures(
                {
                    "baskets": counts.total_orders,
                    "related_pairs": len(related),
                    "related_share": len(related) / len(pairs) if len(pairs) else None,
                    "size_artifacts": int(pairs["is_size_artifact"].sum()),
                }
            ),
            "strongest_pairs": table_of(strongest_pairs(related)),
        }
    )


def strongest_pairs(related: pd.DataFrame) -> pd.DataFrame:
    """Return what a reader wants to know of each pair; the id where a product has no name."""
    shown = related[["times_bought_together", "adjusted_lift", "affinity_strength"]].copy()
    for place, side in enumerate("ab"):
        names = related[f"product_{side}_name"].fillna(related[f"product_{side}_id"])
        shown.insert(place, f"product_{side}", names)
    return shown
