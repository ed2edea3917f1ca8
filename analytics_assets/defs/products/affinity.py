"""The table product_affinity: one row per unordered pair of products, from basket counts.

Formulas only. Every measure comes from integer counts; where one divides by zero it is NaN.
"""

import datetime
import math

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import gammainc

from analytics_assets.defs.products.counting import BasketCounts
from analytics_assets.defs.products.expected_together import expected_together
from analytics_assets.lib.wilson import wilson_lower_bound

FALSE_DISCOVERY_RATE = 0.05
RELATED_ABOVE = 1.2

Array = npt.NDArray[np.float64]


def product_affinity(
    counts: BasketCounts, names: pd.DataFrame, as_of_date: datetime.date
) -> pd.DataFrame:
    """Return one row per pair of ``counts.pairs``, sorted by product_a_id and product_b_id.

    Args:
        counts: of the window that ends at ``as_of_date``.
        names: product_id, product_name, product_category, one row per product; a product that is
            not there has neither name nor category.
        as_of_date: written into every row.

    Returns:
        The columns of the table in its order: text as str, counts as int64, measures as float64
        (NaN = not defined), as_of_date as datetime64.

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
    measures = textbook_measures(n_ab, n_a, n_b, float(counts.total_orders))
    lift, lift_lower_bound = measures["lift"], measures["lift_lower_bound"]
    expected = expected_together(counts.partners, a, b, len(orders))
    adjusted_lift = divide(n_ab, expected)
    adjusted_lift_lower_bound = divide(lift_lower_bound * adjusted_lift, lift)
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
            **measures,
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
    """Return product_id, product_name, product_category with one row per product code."""
    ids = products["product_id"]
    if not (
        ids.is_unique
        and ids.is_monotonic_increasing
        and np.array_equal(products["product_code"], np.arange(len(products)))
    ):
        raise ValueError(
            "counts.products: product_code must be 0, 1, 2, ... in the ascending order of "
            "product_id, one row per product; take it from basket_counts"
        )
    repeated = names.loc[names["product_id"].duplicated(), "product_id"]
    if len(repeated):
        raise ValueError(
            f"names: product_id {repeated.iloc[0]!r} has more than one row; "
            "give one row per product, as staging.stg_products does"
        )
    return names.set_index("product_id").reindex(ids.to_numpy()).reset_index()


def textbook_measures(n_ab: Array, n_a: Array, n_b: Array, n: float) -> dict[str, Array]:
    """Return the measures that know nothing of basket sizes, by column, in the table's order.

    - support P(AB), confidence P(B | A), jaccard P(AB) / P(A or B);
    - lift P(AB) / (P(A) P(B)): Brin, Motwani, Ullman & Tsur (1997), there called interest;
    - lift_lower_bound: the lesser of both confidences' Wilson bounds over the other product's share
      of the baskets (the delta method says 3.7 of n_AB = n_A = 1, n_B = 500, N = 2000, this 0.7);
    - leverage P(AB) - P(A) P(B): Piatetsky-Shapiro (1991);
    - conviction (1 - P(B)) / (1 - P(B | A)), NaN where every basket with A holds B: Brin et al.;
    - zhang, -1 to 1: the leverage over its extreme, from A to B: Zhang (2000).

    Args:
        n_ab: baskets with both, whole numbers as float64, exact up to 2**53.
        n_a: baskets with A.
        n_b: baskets with B.
        n: all baskets.
    """
    surplus = n_ab * n - n_a * n_b
    return {
        "support": divide(n_ab, n),
        "confidence_a_to_b": divide(n_ab, n_a),
        "confidence_b_to_a": divide(n_ab, n_b),
        "lift": divide(n_ab * n, n_a * n_b),
        "lift_lower_bound": np.minimum(
            divide(wilson_lower_bound(n_ab, n_a) * n, n_b),
            divide(wilson_lower_bound(n_ab, n_b) * n, n_a),
        ),
        "leverage": divide(surplus, n * n),
        "conviction_a_to_b": divide((n - n_b) * n_a, n * (n_a - n_ab)),
        "conviction_b_to_a": divide((n - n_a) * n_b, n * (n_b - n_ab)),
        "zhang": divide(surplus, np.maximum(n_ab * (n - n_a), n_a * (n_b - n_ab))),
        "jaccard": divide(n_ab, n_a + n_b - n_ab),
    }


def divide(numerator: Array, denominator: Array | float) -> Array:
    """Return numerator / denominator, NaN where the denominator is 0."""
    quotient = np.full_like(numerator, np.nan)
    np.divide(numerator, denominator, out=quotient, where=np.not_equal(denominator, 0))
    return quotient


def poisson_tail(n_ab: Array, expected: Array) -> Array:
    """P[Poisson(expected) >= n_ab] for n_ab >= 1, the regularised lower incomplete gamma function.

    Conservative: a sum of unequal Bernoulli trials varies less than a Poisson variable.
    """
    tail: Array = gammainc(n_ab, expected)
    return tail


def false_discovery_rate(p_values: Array, hypotheses: int) -> Array:
    """Return Benjamini & Hochberg's (1995) adjusted p-values.

    Args:
        p_values: one per tested pair.
        hypotheses: at least ``len(p_values)``; those without a p-value count as p = 1.
    """
    q_values = np.ones_like(p_values)
    # Of the others p * hypotheses / rank is above 1 whatever their rank, and so is all after them.
    [below_one] = np.nonzero(p_values * hypotheses <= len(p_values))
    order = below_one[np.argsort(p_values[below_one], kind="stable")]
    ranks = np.arange(1, len(order) + 1)
    scaled = p_values[order] * hypotheses / ranks
    q_values[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return q_values


def is_related(adjusted_lift_lower_bound: Array, q_value: Array) -> npt.NDArray[np.bool_]:
    """Return where q_value <= ``FALSE_DISCOVERY_RATE`` and the bound is above ``RELATED_ABOVE``.

    A floor above 1, since what no stratum of week and size takes out (popularity that depends on
    size, habits of the weekday) makes many pairs with a bound a little above 1 and few beyond.
    """
    return (q_value <= FALSE_DISCOVERY_RATE) & (adjusted_lift_lower_bound > RELATED_ABOVE)


def affinity_strength(
    adjusted_lift_lower_bound: Array, q_value: Array
) -> "pd.api.extensions.ExtensionArray":
    """Return very_strong (bound >= 3), strong (>= 2), moderate (>= 1.5) or weak where related.

    Every other pair is very_weak. The array's dtype is str.
    """
    bound = np.where(is_related(adjusted_lift_lower_bound, q_value), adjusted_lift_lower_bound, 0)
    names = pd.array(["very_strong", "strong", "moderate", "weak", "very_weak"], dtype="str")
    return names.take(np.select([bound >= 3, bound >= 2, bound >= 1.5, bound > 0], range(4), 4))


def is_size_artifact(
    lift_lower_bound: Array, adjusted_lift_lower_bound: Array
) -> npt.NDArray[np.bool_]:
    """Return where plain lift would recommend the pair and its baskets' week and size explain it.

    The bound of lift is above ``RELATED_ABOVE`` and the adjusted bound is not.
    """
    return (lift_lower_bound > RELATED_ABOVE) & (adjusted_lift_lower_bound <= RELATED_ABOVE)
