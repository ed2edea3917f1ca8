"""The rules that are compared: what each would recommend, from the affinity of the same pairs."""

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics_assets.defs.products.affinity import is_related
from analytics_assets.lib.wilson import wilson_lower_bound

Array = npt.NDArray[np.float64]

# A score a row of ``candidates``, the largest first; NaN = not recommended.
Rule = Callable[[pd.DataFrame], Array]

RECOMMENDATIONS = "recommendations"
BEST_SELLERS = "best_sellers"
LONGEST_LIST = 10


def candidates(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return every pair of product_affinity in both directions.

    Columns: source_product_id and recommended_product_id (ordered categoricals over the same ids),
    confidence, confidence_lower_bound (Wilson, 95 %), lift, adjusted_lift_lower_bound (float64),
    times_bought_together (int64), is_related (bool).
    """
    ids = np.union1d(pairs["product_a_id"].unique(), pairs["product_b_id"].unique())
    product = pd.CategoricalDtype(pd.Index(ids), ordered=True)
    shared = ["lift", "adjusted_lift_lower_bound", "times_bought_together"]
    directions = [
        pairs[shared].assign(
            source_product_id=pairs[f"product_{source}_id"].astype(product),
            recommended_product_id=pairs[f"product_{recommended}_id"].astype(product),
            confidence=pairs[f"confidence_{source}_to_{recommended}"],
            confidence_lower_bound=wilson_lower_bound(
                pairs["times_bought_together"].to_numpy(dtype=np.float64),
                pairs[f"product_{source}_orders"].to_numpy(dtype=np.float64),
            ),
            is_related=is_related(
                pairs["adjusted_lift_lower_bound"].to_numpy(), pairs["q_value"].to_numpy()
            ),
        )
        for source, recommended in (("a", "b"), ("b", "a"))
    ]
    return pd.concat(directions, ignore_index=True)


def recommendations(candidates: pd.DataFrame) -> Array:
    """Score as product_recommendations does.

    confidence_lower_bound * (1 + ln(adjusted_lift_lower_bound)) where related, else
    confidence_lower_bound; rounded, so that the last bit, where engines differ, decides no rank.
    """
    bound = np.where(candidates["is_related"], candidates["adjusted_lift_lower_bound"], 1.0)
    score = candidates["confidence_lower_bound"].to_numpy() * (1 + np.log(bound))
    return np.asarray(np.round(score, 9), dtype=np.float64)


def affinity_only(candidates: pd.DataFrame) -> Array:
    """Score as ``recommendations``, related products only: some pages stay empty."""
    return np.where(candidates["is_related"], recommendations(candidates), np.nan)


def confidence(candidates: pd.DataFrame) -> Array:
    """Score by the share of the source's baskets that hold the product."""
    return candidates["confidence"].to_numpy(dtype=np.float64)


# Best sellers need no pairs: see ``lists.best_sellers``.
RULES: Mapping[str, Rule] = {
    RECOMMENDATIONS: recommendations,
    "affinity_only": affinity_only,
    "confidence": confidence,
}
