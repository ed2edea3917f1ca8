"""The asset ``product_affinity``: which products belong together, adjusted for basket size."""

import dagster as dg

from analytics_assets import keys
from analytics_assets.assets.description import declared, materialized
from analytics_assets.metrics.affinity import product_affinity as affinity
from analytics_assets.variables import Variables
from analytics_assets.warehouse.basket_counts import basket_counts
from analytics_assets.warehouse.clock import read_clock
from analytics_assets.warehouse.interface import Warehouse
from analytics_assets.warehouse.product_names import product_names
from analytics_assets.warehouse.queries.baskets import BasketWindow

TABLE = "analytics.product_affinity"


@dg.asset(
    key=keys.PRODUCT_AFFINITY,
    deps=[keys.STG_ORDERS, keys.STG_ORDER_ITEMS, keys.STG_PRODUCTS, keys.STG_CLOCK],
    group_name=keys.PRODUCT_GROUP,
    owners=keys.OWNERS,
    kinds={"python", "pandas"},
    code_version="1",
    metadata=declared(TABLE, affinity.PRODUCT_AFFINITY_COLUMNS),
    description="One row per unordered pair of products bought together in at least "
    "`min_pair_orders` baskets of the last `lookback_days` days. The warehouse counts; lift, its "
    "lower bound and the lift adjusted for basket size and month are derived from the counts.",
)
def product_affinity(
    context: dg.AssetExecutionContext,
    warehouse: dg.ResourceParam[Warehouse],
    variables: dg.ResourceParam[Variables],
) -> dg.MaterializeResult[None]:
    """Read basket counts, compute every measure of each pair, replace the table."""
    with warehouse.session() as session:
        as_of_date = read_clock(session, variables.as_of_date)
        window = BasketWindow(
            as_of_date=as_of_date,
            lookback_days=variables.lookback_days,
            min_pair_orders=variables.min_pair_orders,
            excluded_product_ids=variables.excluded_product_ids,
        )
        counts = basket_counts(session, window, report=context.log.info)
        pairs = affinity.product_affinity(counts, product_names(session), as_of_date)
        session.replace(TABLE, pairs, affinity.PRODUCT_AFFINITY_COLUMNS)
    significant = pairs[pairs["q_value"] <= 0.05]
    strongest = significant.sort_values(
        ["adjusted_lift_lower_bound", "product_a_id", "product_b_id"], ascending=[False, True, True]
    )
    preview = strongest[
        [
            "product_a_name",
            "product_b_name",
            "times_bought_together",
            "adjusted_lift",
            "affinity_strength",
        ]
    ]
    return dg.MaterializeResult(
        metadata={
            **materialized(pairs, as_of_date, preview),
            "baskets": counts.total_orders,
            "significant_pairs": len(significant),
            "size_artifacts": int(pairs["is_size_artifact"].sum()),
        }
    )
