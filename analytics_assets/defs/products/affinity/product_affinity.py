"""The table product_affinity: one row an unordered pair of products, from basket counts."""

import datetime
import math

import numpy as np
import pandas as pd

from analytics_assets.defs.products.affinity import ratios
from analytics_assets.defs.products.affinity.counts import BasketCounts
from analytics_assets.defs.products.affinity.quasi_independence import expected_together
from analytics_assets.defs.products.affinity.significance import false_discovery_rate, poisson_tail
from analytics_assets.defs.products.affinity.strength import affinity_strength, is_size_artifact
from analytics_assets.lib.wilson import wilson_lower_bound

PRODUCT_AFFINITY_COLUMNS = {
    "product_a_id": "VARCHAR",
    "product_a_name": "VARCHAR",
    "product_a_category": "VARCHAR",
    "product_b_id": "VARCHAR",
    "product_b_name": "VARCHAR",
    "product_b_category": "VARCHAR",
    "total_orders": "BIGINT",
    "product_a_orders": "BIGINT",
    "product_b_orders": "BIGINT",
    "times_bought_together": "BIGINT",
    "support": "DOUBLE",
    "confidence_a_to_b": "DOUBLE",
    "confidence_b_to_a": "DOUBLE",
    "lift": "DOUBLE",
    "lift_lower_bound": "DOUBLE",
    "leverage": "DOUBLE",
    "conviction_a_to_b": "DOUBLE",
    "conviction_b_to_a": "DOUBLE",
    "zhang": "DOUBLE",
    "jaccard": "DOUBLE",
    "expected_together": "DOUBLE",
    "adjusted_lift": "DOUBLE",
    "adjusted_lift_lower_bound": "DOUBLE",
    "p_value": "DOUBLE",
    "q_value": "DOUBLE",
    "affinity_strength": "VARCHAR",
    "is_size_artifact": "BOOLEAN",
    "as_of_date": "DATE",
}


def product_affinity(
    counts: BasketCounts, names: pd.DataFrame, as_of_date: datetime.date
) -> pd.DataFrame:
    """Return one row a pair of ``counts.pairs``, sorted by product_a_id and product_b_id.

    Args:
        counts: of the window that ends at ``as_of_date``.
        names: product_id, product_name, product_category, one row a product; a product that is
            not there has neither name nor category.
        as_of_date: written into every row.

    Returns:
        The columns of ``PRODUCT_AFFINITY_COLUMNS`` in that order: text as str, BIGINT as int64,
        DOUBLE as float64 (NaN = not defined), as_of_date as datetime64.

    Raises:
        ValueError: when ``names`` has a product twice, or the codes of ``counts.products`` are
            not 0, 1, 2, ... in the order of their ids.
    """
    names = _names_by_code(counts.products, names)
    orders = counts.products["product_orders"].to_numpy()
    a, b, together = (counts.pairs[name].to_numpy() for name in counts.pairs)
    # Counted in memory they are sorted already, which a stable sort notices.
    by_codes = np.argsort(a * len(orders) + b, kind="stable")
    a, b, together = a[by_codes], b[by_codes], together[by_codes]

    n_ab, n_a, n_b = (count.astype(np.float64) for count in (together, orders[a], orders[b]))
    n = float(counts.total_orders)
    lift = ratios.lift(n_ab, n_a, n_b, n)
    lift_lower_bound = np.minimum(
        ratios.divide(wilson_lower_bound(n_ab, n_a) * n, n_b),
        ratios.divide(wilson_lower_bound(n_ab, n_b) * n, n_a),
    )
    expected = expected_together(counts.partners, a, b, len(orders))
    adjusted_lift = ratios.divide(n_ab, expected)
    adjusted_lift_lower_bound = ratios.divide(lift_lower_bound * adjusted_lift, lift)
    p_value = poisson_tail(n_ab, expected)
    # From the margins, never from n_AB: else the correction is biased (Hahsler & Hornik 2007).
    tested_products = int((orders >= counts.min_pair_orders).sum())
    q_value = false_discovery_rate(p_value, math.comb(tested_products, 2))

    return pd.DataFrame(
        {
            "product_a_id": names["product_id"].array.take(a),
            "product_a_name": names["product_name"].array.take(a),
            "product_a_category": names["product_category"].array.take(a),
            "product_b_id": names["product_id"].array.take(b),
            "product_b_name": names["product_name"].array.take(b),
            "product_b_category": names["product_category"].array.take(b),
            "total_orders": np.int64(counts.total_orders),
            "product_a_orders": orders[a],
            "product_b_orders": orders[b],
            "times_bought_together": together,
            "support": ratios.divide(n_ab, n),
            "confidence_a_to_b": ratios.divide(n_ab, n_a),
            "confidence_b_to_a": ratios.divide(n_ab, n_b),
            "lift": lift,
            "lift_lower_bound": lift_lower_bound,
            "leverage": ratios.leverage(n_ab, n_a, n_b, n),
            "conviction_a_to_b": ratios.conviction(n_ab, n_a, n_b, n),
            "conviction_b_to_a": ratios.conviction(n_ab, n_b, n_a, n),
            "zhang": ratios.zhang(n_ab, n_a, n_b, n),
            "jaccard": ratios.jaccard(n_ab, n_a, n_b),
            "expected_together": expected,
            "adjusted_lift": adjusted_lift,
            "adjusted_lift_lower_bound": adjusted_lift_lower_bound,
            "p_value": p_value,
            "q_value": q_value,
            "affinity_strength": affinity_strength(adjusted_lift_lower_bound, q_value),
            "is_size_artifact": is_size_artifact(lift_lower_bound, adjusted_lift_lower_bound),
            "as_of_date": pd.Timestamp(as_of_date),
        },
        copy=False,
    )


def _names_by_code(products: pd.DataFrame, names: pd.DataFrame) -> pd.DataFrame:
    """Return product_id, product_name, product_category with one row a product code."""
    ids = products["product_id"]
    if not (
        ids.is_unique
        and ids.is_monotonic_increasing
        and np.array_equal(products["product_code"], np.arange(len(products)))
    ):
        raise ValueError(
            "counts.products: product_code must be 0, 1, 2, ... in the ascending order of "
            "product_id, one row a product; take it from warehouse.basket_counts"
        )
    repeated = names.loc[names["product_id"].duplicated(), "product_id"]
    if len(repeated):
        raise ValueError(
            f"names: product_id {repeated.iloc[0]!r} has more than one row; "
            "give one row a product, as staging.stg_products does"
        )
    return names.set_index("product_id").reindex(ids.to_numpy()).reset_index()
