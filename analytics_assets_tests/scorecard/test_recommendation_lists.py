"""The lists that are scored are those that the recommendations' own SQL shows."""

from pathlib import Path

import jinja2
import numpy as np
import pandas as pd
import pytest
from scorecard_shops import learnt_pairs, learnt_window, planted_orders, random_orders, staged

import analytics_assets
from analytics_assets.defs.products.affinity import PRODUCT_AFFINITY_COLUMNS
from analytics_assets.defs.products.scorecard.lists import (
    best_sellers,
    ranked,
    recommendation_lists,
)

DBT_PROJECT = Path(analytics_assets.__file__).parents[1] / "dbt_project"
MODEL = DBT_PROJECT / "models" / "marts" / "product" / "product_recommendations.sql"
MACRO = DBT_PROJECT / "macros" / "wilson_lower_bound.sql"


def recommendations_sql() -> str:
    """Return the model's SQL over analytics.product_affinity, nothing excluded."""
    return jinja2.Template(MACRO.read_text() + MODEL.read_text()).render(
        variable=lambda name: {"excluded_product_ids": []}[name],
        source=lambda schema, table: f"{schema}.{table}",
    )


@pytest.mark.parametrize(
    "orders", [random_orders(1), random_orders(2), planted_orders()], ids=["1", "2", "planted"]
)
def test_the_ranks_are_those_of_product_recommendations(orders):
    with staged(orders) as session:
        pairs = learnt_pairs(session, learnt_window(2))
        session.replace("analytics.product_affinity", pairs, PRODUCT_AFFINITY_COLUMNS)
        shown = session.read(recommendations_sql())
    nothing = pd.DataFrame({"product_id": [], "product_orders": []})
    lists = recommendation_lists(pairs, nothing, pd.Series([], dtype="str"))
    key = ["source_product_id", "recommended_product_id", "recommendation_rank"]

    def rows(frame: pd.DataFrame) -> set[tuple[str, str, int]]:
        return set(frame[key].itertuples(index=False, name=None))

    assert set(shown["recommendation_basis"]) == {"affinity", "co_purchase"}
    assert shown["recommendation_rank"].max() == 10
    assert rows(lists.query("rule == 'recommendations'")) == rows(shown)
    # Related products keep their order among themselves.
    related = shown.query("recommendation_basis == 'affinity'").sort_values(key[::2])
    only = lists.query("rule == 'affinity_only'").sort_values(key[::2])
    common = only.merge(related[key[:2]], how="inner")
    assert common[key[:2]].to_numpy().tolist() == related[key[:2]].to_numpy().tolist()


def test_ties_go_to_more_baskets_and_then_to_the_id():
    recommended = ["b", "a", "d", "c", "e"]
    candidates = pd.DataFrame(
        {
            "source_product_id": "s",
            "recommended_product_id": recommended,
            "times_bought_together": [4, 4, 9, 3, 9],
        }
    )
    lists = ranked(candidates, np.array([0.5, 0.5, 0.5, 0.7, np.nan]))
    assert list(lists["recommended_product_id"]) == ["c", "d", "a", "b"]
    assert list(lists["recommendation_rank"]) == [1, 2, 3, 4]


def test_best_sellers_leave_out_the_source_and_fill_its_place():
    ids = [f"p{number:02}" for number in range(12)]
    products = pd.DataFrame({"product_id": ids, "product_orders": [5, 9, *[7] * 9, 1]})
    lists = best_sellers(products, pd.Series(["p01", "p03", "elsewhere"], dtype="str"))
    by_source = lists.groupby("source_product_id")["recommended_product_id"].agg(list)
    assert by_source["elsewhere"] == ["p01", *ids[2:11]]
    assert by_source["p01"] == [*ids[2:11], "p00"]
    assert by_source["p03"] == ["p01", "p02", *ids[4:11], "p00"]
    assert list(lists["recommendation_rank"]) == [*range(1, 11)] * 3


def test_without_pairs_there_are_best_sellers_only():
    with staged([]) as session:
        pairs = learnt_pairs(session, learnt_window(1))
    products = pd.DataFrame({"product_id": ["a", "b"], "product_orders": [1, 1]})
    lists = recommendation_lists(pairs, products, products["product_id"])
    assert lists.to_numpy().tolist() == [
        ["best_sellers", "a", "b", 1],
        ["best_sellers", "b", "a", 1],
    ]
