"""The asset: the same table as its parts make, and nothing else left in the warehouse."""

import dagster as dg
import duckdb
import pandas as pd
import pytest
from scorecard_shops import learnt_window, planted_orders, scorecard_in, stage, staged

from analytics_assets.defs.products.scorecard.lists import RECOMMENDATION_LIST_COLUMNS, best_sellers
from analytics_assets.defs.products.scorecard.recommendation_scorecard import (
    RECOMMENDATION_SCORECARD_COLUMNS,
)
from analytics_assets.defs.products.scorecard.rules import BEST_SELLERS
from analytics_assets.defs.products.scorecard_asset import recommendation_scorecard
from analytics_assets.defs.products.scorecard_counts import scorecard_counts
from analytics_assets.lib.warehouse.duckdb import DuckDBSession, DuckDBWarehouse
from analytics_assets.settings import DBT_PROJECT_DIR
from analytics_assets.variables import read_defaults, resolve_variables

ORDERS = planted_orders(orders=600)
LISTS = best_sellers(
    pd.DataFrame({"product_id": ["p00", "p01"], "product_orders": [2, 1]}),
    pd.Series(["p00", "p01"], dtype="str"),
).assign(rule=BEST_SELLERS)[list(RECOMMENDATION_LIST_COLUMNS)]


def test_the_asset_replaces_the_table_and_leaves_no_other(tmp_path):
    path = tmp_path / "shop.duckdb"
    with duckdb.connect(path) as connection:
        stage(connection, ORDERS)
    defaults = read_defaults(DBT_PROJECT_DIR / "dbt_project.yml")
    variables = resolve_variables(defaults, {"lookback_days": 60, "min_pair_orders": 3})

    result = dg.materialize(
        [recommendation_scorecard],
        resources={"warehouse": DuckDBWarehouse(path), "variables": variables},
    )

    with duckdb.connect(path) as connection:
        tables = connection.execute(
            "select table_name from information_schema.tables where table_schema = 'analytics'"
        ).fetchall()
        stored = connection.execute("select * from analytics.recommendation_scorecard").df()
    assert tables == [("recommendation_scorecard",)]
    with staged(ORDERS) as session:
        expected = scorecard_in(session, learnt_window(3))
    assert list(stored.columns) == list(RECOMMENDATION_SCORECARD_COLUMNS)
    pd.testing.assert_frame_equal(stored, expected, check_dtype=False, check_exact=True)
    (event,) = result.asset_materializations_for_node("recommendation_scorecard")
    assert event.metadata["baskets_scored"].value == expected["baskets"].iloc[0]
    assert event.metadata["preview"].value.count("\n") == 1 + len(expected)


def test_a_failure_leaves_no_lists_behind():
    class Broken:
        def __init__(self, session: DuckDBSession) -> None:
            self.execute, self.stage = session.execute, session.stage

        def read(self, sql: str) -> pd.DataFrame:
            raise RuntimeError("the line is dead")

    with staged(ORDERS) as session:
        with pytest.raises(RuntimeError, match="the line is dead"):
            scorecard_counts(Broken(session), learnt_window(3), LISTS)
        left = session.read("select table_name from duckdb_tables() where not temporary")
    assert not left["table_name"].str.contains("scorecard").any()


def test_no_query_returns_a_row_for_a_line():
    rows: dict[str, int] = {}

    class Recorder:
        def __init__(self, session: DuckDBSession) -> None:
            self.execute, self.stage, self.inner = session.execute, session.stage, session

        def read(self, sql: str) -> pd.DataFrame:
            frame = self.inner.read(sql)
            rows[",".join(frame.columns)] = len(frame)
            return frame

    with staged(ORDERS * 4) as session:
        scorecard_counts(Recorder(session), learnt_window(3), LISTS)
    assert set(rows) == {
        "rule,cut_off,basket_size,hits,best_seller_hits,baskets",
        "rule,basket_size,covered_sources",
    }
    assert max(rows.values()) < 200
