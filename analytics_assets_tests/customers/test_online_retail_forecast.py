"""The forecast of a real shop of two years, to the digit, and the days on which it says nothing."""

import datetime
from pathlib import Path

import duckdb
import pytest

from analytics_assets.defs.customers.customer_value_forecast import customer_value_forecast
from analytics_assets.defs.customers.histories import purchase_histories
from analytics_assets.lib.warehouse.duckdb import DuckDBSession

DATA = Path(__file__).parents[3] / "shared" / "data" / "online_retail_ii"

pytestmark = [
    pytest.mark.xdist_group("online_retail_forecast"),
    pytest.mark.skipif(not DATA.exists(), reason=f"Online Retail II is not at {DATA}"),
]


@pytest.fixture(scope="module")
def session():
    with duckdb.connect() as connection:
        connection.execute("create schema staging")
        connection.execute(
            "create table staging.stg_customers as"
            f" select customer_id from '{DATA / 'customers.parquet'}'"
        )
        connection.execute(
            "create table staging.stg_orders as select customer_id,"
            " cast(order_date as date) as order_day, total_amount as net_amount,"
            f" order_status = 'Completed' as is_revenue from '{DATA / 'orders.parquet'}'"
        )
        connection.execute(
            "create table staging.stg_returns (customer_id varchar, order_day date,"
            " returned_day date, amount decimal(18, 2), is_of_a_sale boolean)"
        )
        yield DuckDBSession(connection)


def test_the_last_day_s_forecast_is_the_golden_one(session):
    table, report = customer_value_forecast(purchase_histories(session, datetime.date(2011, 12, 9)))

    assert report.refusal is None
    assert report.holdout is report.holdout_refusal is None
    assert (report.buyers, report.active_customers, report.cells.customers.sum()) == (
        5878,
        4264,
        4248,
    )
    assert (len(report.cells.customers), report.cells.customers.min()) == (16, 53)
    level = report.level
    assert [round(x, 6) for x in (level.revenue, level.orders, level.shift)] == [
        0.767225,
        0.695160,
        -0.907621,
    ]
    assert round(table["expected_revenue_365d"].sum(), 2) == 7_083_027.73
    assert round(table["expected_orders_365d"].sum(), 2) == 12_867.92
    assert round(table["churn_probability"].mean(), 6) == 0.501953
    assert round(report.last_year_revenue, 2) == 8_599_547.90


@pytest.mark.parametrize(
    ("day", "refusal"),
    [
        (datetime.date(2011, 12, 1), None),
        (datetime.date(2011, 11, 30), "history_under_two_years"),
        (datetime.date(2010, 8, 31), "history_under_two_years"),
    ],
)
def test_before_two_years_of_history_nothing_is_forecast(session, day, refusal):
    _, report = customer_value_forecast(purchase_histories(session, day))

    assert report.refusal == refusal
