"""The assets: the same tables as their parts make, nothing else left, and no line read."""

from dataclasses import replace

import dagster as dg
import duckdb
import pandas as pd
import pytest
from recommendation_shops import (
    AS_OF_DATE,
    CREATE_PRODUCT_VOTES,
    LOOKBACK_DAYS,
    MIN_ORDERS,
    RECOMMENDATION_DAYS,
    affinity_in,
    affinity_window,
    planted_orders,
    scorecard_in,
    stage,
    staged,
    votes_window,
)

from analytics_assets.defs.products.recommendation_assets import (
    product_votes,
    recommendation_scorecard,
)
from analytics_assets.defs.products.scorecard_queries import create_lists, scorecard_counts
from analytics_assets.defs.products.votes import create_votes, drop_votes, product_votes_query
from analytics_assets.lib.warehouse.duckdb import DuckDBSession, DuckDBWarehouse
from analytics_assets.settings import DBT_PROJECT_DIR
from analytics_assets.variables import read_defaults, resolve_variables

ORDERS = planted_orders(orders=600)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    path = tmp_path_factory.mktemp("shop") / "automated_intelligence.duckdb"
    with duckdb.connect(path) as connection:
        stage(connection, ORDERS)
    variables = resolve_variables(
        read_defaults(DBT_PROJECT_DIR / "dbt_project.yml"),
        {
            "lookback_days": LOOKBACK_DAYS,
            "min_pair_orders": 3,
            "recommendation_days": RECOMMENDATION_DAYS,
            "min_recommendation_orders": MIN_ORDERS,
        },
    )
    result = dg.materialize(
        [product_votes, recommendation_scorecard],
        resources={"warehouse": DuckDBWarehouse(path), "variables": variables},
    )
    with duckdb.connect(path) as connection:
        yield result, connection


@pytest.mark.slow
def test_the_tables_are_replaced_and_no_other_is_left(built):
    _, connection = built
    tables = connection.execute(
        "select table_name from information_schema.tables where table_schema = 'analytics'"
    ).fetchall()
    assert sorted(tables) == [("product_votes",), ("recommendation_scorecard",)]
    stored = connection.execute("select * from analytics.recommendation_scorecard").df()
    votes = connection.execute("select * from analytics.product_votes order by 1, 2").df()
    with staged(ORDERS) as session:
        window = affinity_window()
        expected = scorecard_in(session, affinity_in(session, window), votes_window(window))
        of_votes = votes_window(affinity_window(AS_OF_DATE))
        create_votes(session, of_votes)
        session.execute(CREATE_PRODUCT_VOTES + product_votes_query(AS_OF_DATE))
        expected_votes = session.read("select * from analytics.product_votes order by 1, 2")
    pd.testing.assert_frame_equal(
        stored[list(expected.columns)], expected, check_dtype=False, check_exact=True
    )
    pd.testing.assert_frame_equal(votes, expected_votes, check_exact=True)


@pytest.mark.parametrize("in_process", [True, False], ids=["in memory", "by statements"])
def test_no_query_of_a_warehouse_elsewhere_returns_a_row_per_line(in_process):
    rows: dict[str, int] = {}

    class Recorder:
        def __init__(self, session: DuckDBSession) -> None:
            self.execute, self.stage, self.inner = session.execute, session.stage, session
            self.in_process = in_process

        def read(self, sql: str) -> pd.DataFrame:
            frame = self.inner.read(sql)
            rows[",".join(frame.columns)] = len(frame)
            return frame

    window = affinity_window()
    with staged(ORDERS * 4) as session:
        affinity = affinity_in(session, window)
        create_lists(Recorder(session), votes_window(window), affinity)
        scored = replace(votes_window(window), as_of_date=AS_OF_DATE, lookback_days=30)
        scorecard_counts(Recorder(session), scored)
        create_votes(Recorder(session), votes_window(window))
        drop_votes(session)
        left = session.read("select table_name from duckdb_tables() where temporary")
    assert left.empty
    of_lines = rows.pop("basket,product_code,weight", None)
    assert (of_lines is not None) == in_process
    assert set(rows) <= {
        "products,lines",
        "rule,cut_off,basket_size,hits,best_seller_hits,confidence_hits,baskets",
        "rule,basket_size,covered_sources",
    }
    # As many as kinds of baskets, however many baskets there are.
    assert max(rows.values()) < 600 < len(ORDERS * 4)
