"""The published cohorts of Online Retail: first purchases from December 2010 on."""

import datetime
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from cohort_shops import CUSTOMER_MONTHS

from analytics_assets.defs.cohorts.cohort_counts import cohort_counts
from analytics_assets.defs.cohorts.formulas.monthly_cohorts import monthly_cohorts
from analytics_assets.lib.warehouse.duckdb import DuckDBSession

DATA = Path(__file__).parents[3] / "shared" / "data" / "online_retail_ii"
LAST_DAY = datetime.date(2011, 12, 9)


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    if not DATA.is_dir():
        pytest.skip(f"the published table is NOT checked: no data in {DATA}")
    with duckdb.connect() as connection:
        connection.execute("create schema staging")
        connection.execute("create schema analytics")
        connection.execute(f"""
            create table staging.stg_orders as
            select orders.customer_id, orders.order_id,
                cast(min(orders.order_date) as date) as order_day,
                cast(date_trunc('month', min(orders.order_date)) as date) as order_month,
                true as is_revenue, cast(sum(items.line_total) as decimal(12, 2)) as net_amount
            from '{DATA}/order_items.parquet' as items
            join '{DATA}/orders.parquet' as orders on items.order_id = orders.order_id
            where orders.customer_id is not null and orders.order_status = 'Completed'
                and orders.order_date >= date '2010-12-01'
                and items.quantity > 0 and items.unit_price > 0
            group by orders.customer_id, orders.order_id
        """)
        connection.execute("""
            create table staging.stg_customers as
            select customer_id, min(order_day) as signup_date, min(order_month) as signup_month
            from staging.stg_orders group by customer_id
        """)
        connection.execute(CUSTOMER_MONTHS)
        session = DuckDBSession(connection)
        first_order = monthly_cohorts(cohort_counts(session, "first_order"), LAST_DAY)
        signup = monthly_cohorts(cohort_counts(session, "signup"), LAST_DAY)
    pd.testing.assert_frame_equal(first_order, signup)
    return first_order


def test_the_first_cohort_is_885_customers_of_whom_324_bought_again_in_month_1(table):
    first = table[table["cohort_month"] == "2010-12-01"].set_index("months_since_signup")

    assert first.loc[0, ["cohort_size", "active_customers"]].to_list() == [885, 885]
    assert first.loc[1, "active_customers"] == 324
    assert first.loc[1, "retention_rate"] == pytest.approx(0.366, abs=0.0005)
    assert first["is_complete"].to_list() == [True] * 12 + [False]


def test_the_cohorts_hold_all_4338_customers(table):
    assert table.groupby("cohort_month")["cohort_size"].first().sum() == 4338
