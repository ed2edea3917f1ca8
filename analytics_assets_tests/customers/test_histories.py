"""Purchase histories in SQL against histories counted by hand."""

import datetime

import duckdb
import pandas as pd
import pytest

from analytics_assets.defs.customers.histories import HISTORY_COLUMNS, purchase_histories
from analytics_assets.lib.warehouse.duckdb import DuckDBSession

# A year before it is 2023-05-01, two years 2022-05-01; the half year begins on 2023-10-31.
AS_OF = datetime.date(2024, 4, 30)

# customer_id, order_day, is_revenue, net_amount
ORDERS = """
    ('regular', '2022-05-01', true, 100.00),
    ('regular', '2022-05-02', true, 10.00),
    ('regular', '2022-05-02', true, 10.50),
    ('regular', '2023-05-01', true, 40.00),
    ('regular', '2023-05-02', true, 7.25),
    ('regular', '2023-10-30', true, 3.00),
    ('regular', '2023-10-31', true, 2.00),
    ('regular', '2024-04-30', true, 8.00),
    ('regular', '2024-05-01', true, 999.00),
    ('regular', '2024-02-01', false, 999.00),
    ('regular', '2024-02-02', true, 0.00),
    ('regular', '2024-02-03', true, -5.00),
    ('once', '2024-03-31', true, 3.00),
    ('once', '2024-03-31', true, 4.00),
    ('gone', '2022-01-01', true, 20.00),
    ('gone', '2022-03-02', true, 6.00),
    ('cancels', '2024-02-01', false, 50.00),
    ('stranger', '2020-01-01', true, 70.00),
    (null, '2020-01-01', true, 70.00)
"""
NONE = [None] * 9
# First day's value, repeat days, age, days since the last, mean value of the repeat days, days and
# revenue of the year and of the half year: at the day, a year and two years before.
EXPECTED = {
    "regular": [
        *(100.0, 6, 730, 0, 80.75 / 6, 4, 20.25, 2, 10.0),
        *(100.0, 2, 365, 0, 60.5 / 2, 2, 60.5, 1, 40.0),
        *(100.0, 0, 0, 0, None, 1, 100.0, 1, 100.0),
    ],
    "once": [*(7.0, 0, 30, 30, None, 1, 7.0, 1, 7.0), *NONE, *NONE],
    "gone": [
        *(20.0, 1, 850, 790, 6.0, 0, 0.0, 0, 0.0),
        *(20.0, 1, 485, 425, 6.0, 0, 0.0, 0, 0.0),
        *(20.0, 1, 120, 60, 6.0, 2, 26.0, 2, 26.0),
    ],
    "cancels": [*NONE, *NONE, *NONE],
    "silent": [*NONE, *NONE, *NONE],
}
# customer_id, order_day, returned_day, amount, is_of_a_sale. Of the first day 30.00 comes back on
# it, 20.00 on the last day of the year before, 15.00 on the day after that one.
RETURNS = """
    ('regular', '2022-05-01', '2022-05-01', 30.00, true),
    ('regular', '2022-05-01', '2023-05-01', 20.00, true),
    ('regular', '2022-05-01', '2023-05-02', 15.00, true),
    ('regular', '2023-05-01', '2024-04-30', 4.00, true),
    ('regular', '2024-04-30', '2024-04-30', 5.00, true),
    ('regular', '2024-04-30', '2024-05-01', 3.00, true),
    ('regular', '2024-02-01', '2024-02-02', 9.00, false),
    ('once', '2024-03-31', '2024-04-01', 4.00, true),
    ('once', '2024-03-31', '2024-04-02', 3.00, true)
"""
EXPECTED_NET = EXPECTED | {
    "regular": [
        *(35.0, 6, 730, 0, 71.75 / 6, 4, 15.25, 2, 5.0),
        *(50.0, 2, 365, 0, 60.5 / 2, 2, 60.5, 1, 40.0),
        *(70.0, 0, 0, 0, None, 1, 70.0, 1, 70.0),
    ],
    "once": [*(0.0, 0, 30, 30, None, 1, 0.0, 1, 0.0), *NONE, *NONE],
}


@pytest.fixture
def session():
    with duckdb.connect() as connection:
        connection.execute("create schema staging")
        connection.execute(
            "create table staging.stg_orders (customer_id varchar, order_day date,"
            " is_revenue boolean, net_amount decimal(12, 2))"
        )
        connection.execute(f"insert into staging.stg_orders values {ORDERS}")
        connection.execute(
            "create table staging.stg_returns (customer_id varchar, order_day date,"
            " returned_day date, amount decimal(18, 2), is_of_a_sale boolean)"
        )
        connection.execute("create table staging.stg_customers (customer_id varchar)")
        connection.executemany(
            "insert into staging.stg_customers values (?)", [[c] for c in EXPECTED]
        )
        yield DuckDBSession(connection)


@pytest.mark.parametrize(("returned", "counted"), [(False, EXPECTED), (True, EXPECTED_NET)])
def test_each_customer_has_one_row_with_the_history_counted_by_hand(session, returned, counted):
    if returned:
        session.execute(f"insert into staging.stg_returns values {RETURNS}")

    found = purchase_histories(session, AS_OF).set_index("customer_id").astype("float64")

    expected = pd.DataFrame(counted, index=HISTORY_COLUMNS, dtype="float64").T
    pd.testing.assert_frame_equal(found.loc[list(counted)], expected, check_names=False)


def test_a_year_ago_is_what_was_counted_a_year_ago(session):
    session.execute(f"insert into staging.stg_returns values {RETURNS}")
    now = purchase_histories(session, AS_OF).set_index("customer_id")
    session.execute("delete from staging.stg_orders where order_day > date '2023-05-01'")
    session.execute("delete from staging.stg_returns where returned_day > date '2023-05-01'")

    then = purchase_histories(session, AS_OF - datetime.timedelta(days=365))

    then = then.set_index("customer_id").loc[now.index]
    for prefix in ("", "year_ago_"):
        for name in (
            *("first_day_value", "repeat_purchase_days", "repeat_day_value", "year_revenue"),
        ):
            earlier = {"": "year_ago_", "year_ago_": "two_years_ago_"}[prefix]
            found = now[f"{earlier}{name}"].astype("float64")
            pd.testing.assert_series_equal(
                found, then[f"{prefix}{name}"].astype("float64"), check_names=False
            )
