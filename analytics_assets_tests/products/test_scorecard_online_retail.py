"""The scorecard on Online Retail II: the figures of METHODS, and rules that its check must fail."""

import datetime
from pathlib import Path

import duckdb
import pytest
from planted_rules import failing_rows, planted
from recommendation_shops import affinity_in, scorecard_in

from analytics_assets.defs.products.baskets import BasketWindow
from analytics_assets.defs.products.scorecard import learnt_to
from analytics_assets.lib.warehouse.duckdb import DuckDBSession

DATA = Path(__file__).parents[2].parent / "shared" / "data" / "online_retail_ii"
AS_OF_DATE = datetime.date(2011, 12, 9)
VOTES = BasketWindow(learnt_to(AS_OF_DATE), lookback_days=365, min_pair_orders=2)

pytestmark = [
    pytest.mark.xdist_group("scorecard_online_retail"),
    pytest.mark.slow,
    pytest.mark.skipif(not DATA.is_dir(), reason=f"Online Retail II is not in {DATA}"),
]


@pytest.fixture(scope="module")
def session():
    with duckdb.connect() as connection:
        connection.execute("create schema staging")
        connection.execute(
            "create table staging.stg_orders as select order_id,"
            " cast(order_date as date) as order_day, order_status = 'Completed' as is_demand"
            f" from read_parquet('{DATA}/orders.parquet')"
        )
        connection.execute(
            "create table staging.stg_order_items as select order_id,"
            # As METHODS counted: what was written off is a basket, too.
            " trim(product_id) as product_id, product_name, product_category, 1 as quantity"
            f" from read_parquet('{DATA}/order_items.parquet')"
        )
        connection.execute(
            "create table staging.int_returned_products"
            " (order_id varchar, product_id varchar, returned_day date)"
        )
        connection.execute(
            "create table staging.stg_products"
            " (product_id varchar, product_name varchar, product_category varchar)"
        )
        yield DuckDBSession(connection)


@pytest.fixture(scope="module")
def affinity(session):
    return affinity_in(session, BasketWindow(VOTES.as_of_date, lookback_days=90, min_pair_orders=5))


def test_the_rates_are_those_of_methods(session, affinity):
    table = scorecard_in(session, affinity, VOTES, AS_OF_DATE).set_index(["rule", "cut_off"])
    assert set(table["baskets"]) == {868}
    rates = table["hit_rate"].round(6)
    assert rates["recommendations"].tolist() == [0.251425, 0.441310, 0.521006]
    assert rates["confidence"].tolist() == [0.230508, 0.403806, 0.474391]
    assert table.loc["recommendations", "coverage"].round(6).unique().tolist() == [0.977929]
    at_five = table.loc[("recommendations", 5)]
    assert at_five["ratio_to_best_sellers_lower"] > 3.5
    assert at_five["ratio_to_confidence_lower"] > 1.05
    assert failing_rows(session, table.reset_index()) == 0


def test_the_check_fails_for_plain_lift(session, affinity):
    plant = planted("plain lift", affinity, VOTES)
    table = scorecard_in(session, affinity, VOTES, AS_OF_DATE, plant)
    row = table.set_index(["rule", "cut_off"]).loc[("recommendations", 5)]
    assert row["ratio_to_confidence_upper"] < 0.5
    assert failing_rows(session, table) == 1
