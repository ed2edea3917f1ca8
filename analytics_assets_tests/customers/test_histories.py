"""Purchase histories in SQL against histories counted by hand."""

import datetime

import duckdb
import pandas as pd
import pytest

from analytics_assets.defs.customers.customer_value_forecast import (
    CUSTOMER_VALUE_FORECAST_COLUMNS,
    customer_value_forecast,
    holdout_split_date,
)
from analytics_assets.defs.customers.histories import purchase_histories
from analytics_assets.lib.warehouse.duckdb import DuckDBSession

SPLIT, AS_OF = datetime.date(2024, 3, 31), datetime.date(2024, 4, 30)

# customer_id, order_day, is_revenue, net_amount
ORDERS = """
    ('regular', '2024-01-01', true, 100.00),
    ('regular', '2024-01-11', true, 10.00),
    ('regular', '2024-01-11', true, 10.50),
    ('regular', '2024-03-31', true, 40.00),
    ('regular', '2024-04-01', true, 7.25),
    ('regular', '2024-04-30', true, 8.00),
    ('regular', '2024-05-01', true, 999.00),
    ('regular', '2024-02-01', false, 999.00),
    ('regular', '2024-02-02', true, 0.00),
    ('regular', '2024-02-03', true, -5.00),
    ('once', '2024-03-31', true, 3.00),
    ('once', '2024-03-31', true, 4.00),
    ('returns', '2024-03-01', true, 20.00),
    ('returns', '2024-04-10', true, 6.00),
    ('late', '2024-04-01', true, 5.00),
    ('late', '2024-04-06', true, 9.00),
    ('cancels', '2024-02-01', false, 50.00),
    ('stranger', '2023-01-01', true, 70.00),
    (null, '2023-01-01', true, 70.00)
"""
CUSTOMERS = ["regular", "once", "returns", "late", "cancels", "silent"]
# x, recency, age, mean value: whole, then up to the split; then days and revenue held out
EXPECTED = {
    "regular": [4, 120, 120, 75.75 / 4, 2, 90, 90, 60.5 / 2, 2, 15.25],
    "once": [0, 0, 30, None, 0, 0, 0, None, 0, 0.0],
    "returns": [1, 40, 60, 6.0, 0, 0, 30, None, 1, 6.0],
    "late": [1, 5, 29, 9.0] + [None] * 6,
    "cancels": [None] * 10,
    "silent": [None] * 10,
}


@pytest.fixture
def session():
    with duckdb.connect() as connection:
        for schema in ("staging", "analytics"):
            connection.execute(f"create schema {schema}")
        connection.execute(
            "create table staging.stg_orders (customer_id varchar, order_day date,"
            " is_revenue boolean, net_amount decimal(12, 2))"
        )
        connection.execute(f"insert into staging.stg_orders values {ORDERS}")
        connection.execute("create table staging.stg_customers (customer_id varchar)")
        connection.executemany(
            "insert into staging.stg_customers values (?)", [[c] for c in CUSTOMERS]
        )
        yield DuckDBSession(connection)


def test_each_customer_has_one_row_with_the_history_counted_by_hand(session):
    found = purchase_histories(session, AS_OF, SPLIT).set_index("customer_id").astype("float64")

    expected = pd.DataFrame(EXPECTED, index=found.columns, dtype="float64").T
    pd.testing.assert_frame_equal(found.loc[CUSTOMERS], expected, check_names=False)


def test_later_orders_do_not_change_the_past(session):
    before = purchase_histories(session, SPLIT, datetime.date(2024, 2, 29))
    session.execute(f"delete from staging.stg_orders where order_day > date '{SPLIT}'")

    pd.testing.assert_frame_equal(
        before.sort_values("customer_id", ignore_index=True),
        purchase_histories(session, SPLIT, datetime.date(2024, 2, 29)).sort_values(
            "customer_id", ignore_index=True
        ),
    )


def test_without_a_split_date_the_newest_part_of_known_customers_history_is_held_out(session):
    """The first purchase is 120 days back: strangers count for nothing, 40 days are held out."""
    found = purchase_histories(session, AS_OF).set_index("customer_id")

    assert found.loc["regular", "calibration_age_days"] == 80


@pytest.mark.parametrize(
    ("history_days", "held_out"), [(2000, 183), (366, 183), (365, 121), (100, 33), (2, 0), (0, 0)]
)
def test_half_a_year_or_the_last_third_is_held_out(history_days, held_out):
    first_day = AS_OF - datetime.timedelta(days=history_days)

    assert AS_OF - holdout_split_date(first_day, AS_OF) == datetime.timedelta(days=held_out)


def test_a_split_after_the_as_of_date_is_refused(session):
    with pytest.raises(ValueError, match=r"split_date 2024-05-01 is after as_of_date 2024-04-30"):
        purchase_histories(session, AS_OF, datetime.date(2024, 5, 1))


@pytest.mark.parametrize("keep", ["true", "customer_id = 'once'", "false"])
def test_a_shop_too_small_to_forecast_makes_a_table_that_says_so(session, keep):
    session.execute(f"delete from staging.stg_orders where not coalesce({keep}, false)")
    forecast, _ = customer_value_forecast(purchase_histories(session, AS_OF))
    session.replace("analytics.forecast", forecast, CUSTOMER_VALUE_FORECAST_COLUMNS)

    bases = session.read(
        "select forecast_basis, count(*) as n from analytics.forecast where p_alive is null"
        " and expected_revenue_365d is null group by forecast_basis"
    )
    buyers = {"true": 4, "customer_id = 'once'": 1, "false": 0}[keep]
    expected = {"too_few_repeat_customers": buyers, "never_purchased": 6 - buyers}
    assert dict(zip(bases["forecast_basis"], bases["n"], strict=True)) == {
        basis: n for basis, n in expected.items() if n
    }
