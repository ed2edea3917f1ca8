"""The scorecard on Online Retail II: the measured figures, and who is ahead of whom."""

import datetime
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from scorecard_shops import scorecard_in

from analytics_assets.defs.products.baskets import BasketWindow
from analytics_assets.defs.products.scorecard.recommendation_scorecard import learnt_to
from analytics_assets.defs.products.scorecard.rules import RULES
from analytics_assets.lib.warehouse.duckdb import DuckDBSession

DATA = Path(__file__).parents[2].parent / "shared" / "data" / "online_retail_ii"

pytestmark = [
    pytest.mark.xdist_group("scorecard_online_retail"),
    pytest.mark.slow,
    pytest.mark.skipif(not DATA.is_dir(), reason=f"Online Retail II is not in {DATA}"),
]

# Shares of sources hit by the first, and by one of the first five, when one random item of each
# basket was the source. The figures came without their days; these splits are the nearest: the
# last 30 days of the data, and two of the season before, which overlap.
MEASURED = {
    datetime.date(2011, 12, 9): {
        "recommendations": (0.244, 0.429),
        "plain_lift": (0.183, 0.370),
        "confidence": (0.233, 0.417),
        "best_sellers": (0.027, 0.150),
    },
    datetime.date(2010, 12, 9): {
        "recommendations": (0.260, 0.440),
        "plain_lift": (0.210, 0.384),
        "confidence": (0.244, 0.411),
        "best_sellers": (0.057, 0.143),
    },
    datetime.date(2010, 12, 5): {
        "recommendations": (0.254, 0.444),
        "plain_lift": (0.214, 0.401),
        "confidence": (0.251, 0.436),
        "best_sellers": (0.057, 0.145),
    },
}


def plain_lift(candidates: pd.DataFrame) -> np.ndarray:
    """The rule of other tools: gates on confidence and lift, then the largest lift first."""
    passes = (candidates["confidence"] >= 0.2) & (candidates["lift"] >= 1.5)
    return np.where(passes, candidates["lift"], np.nan)


@pytest.fixture(scope="module")
def session():
    with duckdb.connect() as connection:
        connection.execute("create schema staging")
        connection.execute("create schema analytics")
        connection.execute(
            "create table staging.stg_orders as select order_id,"
            " cast(order_date as date) as order_day, order_status = 'Completed' as is_demand"
            f" from read_parquet('{DATA}/orders.parquet')"
        )
        connection.execute(
            "create table staging.stg_order_items as select order_id,"
            " trim(product_id) as product_id, product_name, product_category, quantity"
            f" from read_parquet('{DATA}/order_items.parquet')"
        )
        connection.execute(
            "create table staging.stg_products"
            " (product_id varchar, product_name varchar, product_category varchar)"
        )
        yield DuckDBSession(connection)


@pytest.fixture(scope="module", params=MEASURED, ids=str)
def split(request, session) -> tuple[datetime.date, pd.DataFrame]:
    as_of_date = request.param
    window = BasketWindow(learnt_to(as_of_date), lookback_days=90, min_pair_orders=5)
    table = scorecard_in(session, window, as_of_date, {**RULES, "plain_lift": plain_lift})
    print(as_of_date, table.loc[:, "rule":"ratio_upper"].round(3).to_string(), sep="\n")
    return as_of_date, table.set_index(["rule", "cut_off"])


def test_the_rates_are_as_measured_within_the_noise_of_drawing_one_item(split):
    as_of_date, table = split
    for rule, measured in MEASURED[as_of_date].items():
        for cut_off, share in zip((1, 5), measured, strict=True):
            row = table.loc[(rule, cut_off)]
            noise = np.sqrt(share * (1 - share) / row["baskets"])
            assert row["hit_rate"] == pytest.approx(share, abs=1.96 * noise)


def test_the_recommendations_are_ahead_of_plain_lift_and_no_worse_than_confidence(split):
    _, table = split
    rate = table["hit_rate"]
    for cut_off in (1, 5, 10):
        assert rate["recommendations", cut_off] > rate["plain_lift", cut_off] + 0.02
        assert rate["recommendations", cut_off] >= rate["confidence", cut_off]


def test_the_recommendations_are_several_times_best_sellers(split):
    _, table = split
    row = table.loc["recommendations"]
    assert (row.loc[[1, 5], "ratio_lower"] > 2).all()
    assert row.loc[10, "ratio_lower"] > 1.5
    assert row.loc[1, "ratio_to_best_sellers"] > 4
    assert 0.9 < row.loc[1, "coverage"] < 0.97
