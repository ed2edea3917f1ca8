"""Two years of a real shop: what the forecast would have said, and when it must say nothing."""

import datetime
from pathlib import Path

import duckdb
import pytest

from analytics_assets.defs.customers.customer_value_forecast import customer_value_forecast
from analytics_assets.defs.customers.histories import purchase_histories
from analytics_assets.lib.warehouse.duckdb import DuckDBSession

DATA = Path(__file__).parents[3] / "shared" / "data" / "online_retail_ii"
LAST_DAY = datetime.date(2011, 12, 9)
END_OF_FIRST_YEAR = datetime.date(2010, 12, 9)

pytestmark = [
    pytest.mark.xdist_group("online_retail_forecast"),
    pytest.mark.slow,
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
        yield DuckDBSession(connection)


def test_the_last_half_year_is_foretold_within_2_percent(session):
    forecast, report = customer_value_forecast(purchase_histories(session, LAST_DAY))

    assert report.refusal is None
    assert report.holdout.days == 183
    assert (report.holdout.customers, report.holdout.actual_purchase_days) == (4969, 7797)
    assert report.holdout.error < 0.02
    purchase_days = session.read(
        "select count(distinct order_day) as days from staging.stg_customers"
        " left join (select * from staging.stg_orders where is_revenue and net_amount > 0)"
        " using (customer_id) group by customer_id"
    )["days"]
    assert forecast.groupby("forecast_basis").size().to_dict() == {
        "bg_nbd_gamma_gamma": (purchase_days > 1).sum(),
        "bg_nbd_one_time_buyer": (purchase_days == 1).sum(),
        "never_purchased": (purchase_days == 0).sum(),
    }


def test_the_first_year_misses_the_second_by_54_percent_and_is_refused(session):
    histories = purchase_histories(session, LAST_DAY, END_OF_FIRST_YEAR)
    _, report = customer_value_forecast(histories)

    assert report.holdout.error == pytest.approx(0.54, abs=0.005)
    assert report.refusal == "holdout_error_above_25_percent"


@pytest.mark.parametrize("as_of_date", [END_OF_FIRST_YEAR, datetime.date(2010, 8, 31)])
def test_a_history_too_short_to_show_anyone_leave_is_refused(session, as_of_date):
    _, report = customer_value_forecast(purchase_histories(session, as_of_date))

    assert report.refusal == "fit_did_not_converge"
