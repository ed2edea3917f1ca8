"""The model's SQL, run on DuckDB, against lists made basket by basket."""

import datetime
from dataclasses import replace
from pathlib import Path

import jinja2
import pandas as pd
import pytest
from recommendation_oracle import (
    every_rule,
    filled,
    recommendation_scores,
    related_bounds,
    top_ten,
    votes,
)
from recommendation_shops import (
    AS_OF_DATE,
    CREATE_PRODUCT_VOTES,
    LAST_LEARNT,
    RECOMMENDATION_DAYS,
    Order,
    affinity_in,
    affinity_window,
    planted_orders,
    random_orders,
    staged,
    votes_window,
)

import analytics_assets
from analytics_assets.defs.products.scorecard_queries import create_lists
from analytics_assets.defs.products.votes import create_votes, drop_votes, product_votes_query
from analytics_assets.lib.tables import table as described
from analytics_assets.lib.warehouse.duckdb import DuckDBSession

AFFINITY = described("analytics.product_affinity")
DBT_PROJECT = Path(analytics_assets.__file__).parents[1] / "dbt_project"
MODELS = DBT_PROJECT / "models" / "marts" / "products"
MACROS = "".join(
    (DBT_PROJECT / "macros" / f"{name}.sql").read_text()
    for name in ("wilson_bounds", "dates", "text_literal")
)


def create_model(session: DuckDBSession, name: str, excluded: tuple[str, ...]) -> None:
    values = {
        "excluded_product_ids": list(excluded),
        "recommendation_days": RECOMMENDATION_DAYS,
    }
    sql = jinja2.Template(MACROS + (MODELS / f"{name}.sql").read_text()).render(
        var=values.__getitem__,
        variable=values.__getitem__,
        source=lambda schema, table: f"{schema}.{table}",
        ref=lambda table: (
            f"{'staging' if table.startswith(('stg', 'int_returned')) else 'analytics'}.{table}"
        ),
    )
    session.execute(f"create or replace table analytics.{name} as {sql}")


def recommendations(
    session: DuckDBSession, as_of_date: datetime.date, excluded: tuple[str, ...] = ()
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the table and the product_affinity below it, as of a day."""
    window = affinity_window(as_of_date, excluded=excluded)
    affinity = affinity_in(session, window)
    session.replace(AFFINITY.name, affinity, AFFINITY.types)
    create_votes(session, votes_window(window))
    session.execute(CREATE_PRODUCT_VOTES + product_votes_query(as_of_date))
    drop_votes(session)
    # As the views of staging do.
    session.execute(f"update staging.stg_clock set as_of_date = date '{as_of_date}'")
    session.execute(f"delete from staging.stg_orders where order_day > date '{as_of_date}'")
    create_model(session, "int_product_popularity", excluded)
    create_model(session, "product_recommendations", excluded)
    table = session.read(
        "select * from analytics.product_recommendations"
        " order by source_product_id, recommendation_rank"
    )
    return table, affinity


@pytest.mark.parametrize(("seed", "excluded"), [(0, ()), (1, ("fee", "p00"))])
def test_every_page_is_what_counting_basket_by_basket_gives(seed, excluded):
    orders = [*random_orders(seed, products=30), Order(LAST_LEARNT, ["p01", "rare"])]
    with staged(orders) as session:
        table, affinity = recommendations(session, LAST_LEARNT, excluded)
    counted, bounds = votes(orders, LAST_LEARNT, excluded), related_bounds(affinity)
    scores = recommendation_scores(counted, bounds)
    pages = filled(top_ten(scores), counted)
    assert set(table["recommendation_basis"]) == {"affinity", "co_purchase", "best_seller"}
    shown = table.groupby("source_product_id")["recommended_product_id"].agg(list).to_dict()
    assert shown == pages
    assert {len(page) for page in pages.values()} == {10}
    adjusted = {
        pair[::step]: row
        for row in affinity.to_dict("records")
        for pair, step in [((row["product_a_id"], row["product_b_id"]), s) for s in (1, -1)]
    }
    for row in table.to_dict("records"):
        pair = a, b = row["source_product_id"], row["recommended_product_id"]
        basis = row["recommendation_basis"]
        assert basis == (
            "affinity" if pair in bounds and pair in scores
            else "co_purchase" if pair in scores
            else "best_seller"
        )  # fmt: skip
        if basis == "best_seller":
            numbers = ["score", "share_of_votes", "confidence", "lift", "times_bought_together"]
            assert all(pd.isna(row[name]) for name in [*numbers, "confidence_level"])
            continue
        together = counted.n_pair[pair]
        assert (row["score"], row["times_bought_together"]) == scores[pair]
        assert row["confidence"] == together / counted.n[a]
        assert row["lift"] == pytest.approx(
            together * counted.total / (counted.n[a] * counted.n[b]), rel=1e-12
        )
        share = counted.pair_votes[pair] / counted.votes[a]
        assert row["share_of_votes"] == pytest.approx(float(share), rel=1e-12)
        for name in ("adjusted_lift", "affinity_strength"):
            of_pair = adjusted.get(pair, {}).get(name)
            assert row[name] == of_pair or (pd.isna(row[name]) and of_pair is None)


@pytest.mark.parametrize("orders", [random_orders(5), planted_orders()], ids=["drawn", "planted"])
def test_the_scorecard_judges_the_lists_that_are_shown(orders):
    with staged(orders) as session:
        table, affinity = recommendations(session, LAST_LEARNT)
        create_lists(session, votes_window(affinity_window()), affinity)
        lists = session.read("select * from recommendation_lists where rule = 'recommendations'")
    key = ["source_product_id", "recommended_product_id", "recommendation_rank"]
    assert set(lists[key].itertuples(index=False)) == set(table[key].itertuples(index=False))
    assert len(lists) == len(table)
    assert set(every_rule(orders, affinity, ())["best_sellers"]) == set(table["source_product_id"])


def test_the_example_of_two_baskets():
    ten = ["X", "Z", *(f"other {number}" for number in range(8))]
    orders = [Order(AS_OF_DATE, ["X", "Y"]), Order(AS_OF_DATE - datetime.timedelta(60), ten)]
    window = replace(votes_window(affinity_window(AS_OF_DATE)), min_pair_orders=1)
    with staged(orders) as session:
        affinity = affinity_in(session, affinity_window(AS_OF_DATE))
        session.replace(AFFINITY.name, affinity, AFFINITY.types)
        create_votes(session, window)
        session.execute(CREATE_PRODUCT_VOTES + product_votes_query(AS_OF_DATE))
        create_model(session, "int_product_popularity", ())
        create_model(session, "product_recommendations", ())
        page = session.read(
            "select * from analytics.product_recommendations where source_product_id = 'X'"
        ).set_index("recommended_product_id")
    assert page.loc["Y", "share_of_votes"] == pytest.approx(10 / 11)
    assert page.loc["Z", "share_of_votes"] == pytest.approx(1 / 11)
    assert set(page["confidence"]) == {0.5}
    assert page.loc[["Y", "Z"], "score"].round(4).tolist() == [0.2841, 0.0040]


def test_every_product_has_a_full_page_whatever_was_bought():
    orders = [Order(AS_OF_DATE, [f"p{number:02}"]) for number in range(14)]
    orders += [Order(AS_OF_DATE, ["p03"])] * 2 + [Order(AS_OF_DATE, ["fee"])] * 9
    old = [Order(AS_OF_DATE - datetime.timedelta(days=RECOMMENDATION_DAYS), ["old"])] * 20
    with staged([*orders, *old]) as session:
        session.execute("insert into staging.stg_products values ('never sold', 'Vase', null)")
        session.execute("insert into staging.stg_products values ('fee', 'Postage', null)")
        table, _ = recommendations(session, AS_OF_DATE, ("fee",))
    pages = table.groupby("source_product_id")["recommended_product_id"].agg(list)
    ids = [f"p{number:02}" for number in range(14)]
    assert sorted(pages.index) == ["never sold", *ids]
    best = ["p03", *(id_ for id_ in ids if id_ != "p03")]
    assert all(
        page == [id_ for id_ in best if id_ != source][:10] for source, page in pages.items()
    )
    assert set(table["recommendation_basis"]) == {"best_seller"}
    assert set(table["recommendation_rank"]) == set(range(1, 11))


def test_a_product_that_the_catalogue_lacks_has_the_name_of_its_newest_order():
    orders = [
        Order(AS_OF_DATE - datetime.timedelta(days=1), ["a", "b"]),
        Order(AS_OF_DATE, ["a", "b"]),
    ]
    with staged(orders) as session:
        session.execute("insert into staging.stg_products values ('b', 'Saucer', 'Kitchen')")
        session.execute("update staging.stg_order_items set product_name = 'name of ' || order_id")
        table, _ = recommendations(session, AS_OF_DATE)
    page = table.set_index("source_product_id")
    assert page["source_product_name"].to_dict() == {"a": "name of order_000001", "b": "Saucer"}
    assert page["recommended_product_name"]["a"] == "Saucer"
    assert page["is_cross_category"].isna().all()
