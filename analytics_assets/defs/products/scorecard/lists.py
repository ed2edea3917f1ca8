"""The list of recommendations that each rule shows beside each product."""

from collections.abc import Mapping

import pandas as pd

from analytics_assets.defs.products.scorecard.rules import (
    BEST_SELLERS,
    LONGEST_LIST,
    RULES,
    Array,
    Rule,
    candidates,
)

RECOMMENDATION_LIST_COLUMNS = {
    "rule": "VARCHAR",
    "source_product_id": "VARCHAR",
    "recommended_product_id": "VARCHAR",
    "recommendation_rank": "INTEGER",
}


def recommendation_lists(
    pairs: pd.DataFrame,
    products: pd.DataFrame,
    sources: pd.Series,
    rules: Mapping[str, Rule] = RULES,
) -> pd.DataFrame:
    """Return at most ``LONGEST_LIST`` rows a rule and source, best sellers last.

    Args:
        pairs: product_affinity of the learning window.
        products: product_id and product_orders of the learning window, one row a product.
        sources: ids of the products that have a page to show best sellers on, each once; a rule
            over pairs recommends for the sources that its pairs hold.
        rules: the rules over pairs, by name.

    Returns:
        The columns of ``RECOMMENDATION_LIST_COLUMNS``; ranks count from 1 without a gap.
    """
    directed = candidates(pairs)
    lists = [ranked(directed, score(directed)).assign(rule=name) for name, score in rules.items()]
    lists.append(best_sellers(products, sources).assign(rule=BEST_SELLERS))
    return pd.concat(lists, ignore_index=True)[list(RECOMMENDATION_LIST_COLUMNS)]


def ranked(candidates: pd.DataFrame, score: Array) -> pd.DataFrame:
    """Return the best candidates of each source by score, baskets with both, then id.

    Returns:
        source_product_id, recommended_product_id (text) and recommendation_rank; without the
        candidates whose score is NaN.
    """
    best_first = (
        candidates[["source_product_id", "recommended_product_id", "times_bought_together"]]
        .assign(score=score)
        .dropna(subset="score")
        .sort_values(
            ["source_product_id", "score", "times_bought_together", "recommended_product_id"],
            ascending=[True, False, False, True],
        )
    )
    return _first_of_each_source(best_first)


def best_sellers(products: pd.DataFrame, sources: pd.Series) -> pd.DataFrame:
    """Return for each source the products of most baskets, ties by id, without the source itself.

    Returns:
        source_product_id, recommended_product_id (text) and recommendation_rank.
    """
    best = products.sort_values(["product_orders", "product_id"], ascending=[False, True])
    shown = (
        sources.to_frame("source_product_id")
        # One more than a list holds, since a best seller's own list leaves it out.
        .merge(best[["product_id"]].head(LONGEST_LIST + 1), how="cross")
        .rename(columns={"product_id": "recommended_product_id"})
    )
    others = shown["source_product_id"] != shown["recommended_product_id"]
    return _first_of_each_source(shown[others])


def _first_of_each_source(best_first: pd.DataFrame) -> pd.DataFrame:
    rank = best_first.groupby("source_product_id", observed=True).cumcount() + 1
    shown = best_first.assign(recommendation_rank=rank)[rank <= LONGEST_LIST]
    return shown[["source_product_id", "recommended_product_id", "recommendation_rank"]].astype(
        {"source_product_id": "str", "recommended_product_id": "str"}
    )
