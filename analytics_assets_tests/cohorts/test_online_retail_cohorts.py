"""The cohorts of Online Retail II: published counts and golden values of health."""

import datetime
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from analytics_assets.defs.cohorts.counts import cohort_counts
from analytics_assets.defs.cohorts.grid import monthly_cohorts
from analytics_assets.lib.warehouse.duckdb import DuckDBSession

DATA = Path(__file__).parents[3] / "shared" / "data" / "online_retail_ii"
LAST_DAY = datetime.date(2011, 12, 9)
ALL_ORDERS = f"""
    select customer_id, order_id, cast(order_date as date) as order_day,
        cast(date_trunc('month', order_date) as date) as order_month,
        order_status = 'Completed' as is_revenue, total_amount as net_amount
    from '{DATA}/orders.parquet'
"""
# What the published cohort analyses of this data keep: the second year's bought lines.
ORDERS_OF_THE_SECOND_YEAR = f"""
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
"""
REGISTERED = f"select customer_id, registration_date as day from '{DATA}/customers.parquet'"
FIRST_ORDERS = "select customer_id, min(order_day) as day from staging.stg_orders group by all"


def table_of(orders: str, customers: str, cohort_basis: str) -> pd.DataFrame:
    if not DATA.is_dir():
        pytest.skip(f"the published cohorts are NOT checked: no data in {DATA}")
    with duckdb.connect() as connection:
        connection.execute("create schema staging")
        connection.execute(f"create table staging.stg_orders as {orders}")
        connection.execute(f"""
            create table staging.stg_customers as
            select customer_id, cast(day as date) as signup_date,
                cast(date_trunc('month', day) as date) as signup_month
            from ({customers})
        """)
        connection.execute(
            "create table staging.stg_returns (customer_id varchar, order_day date,"
            " returned_day date, amount decimal(18, 2), is_of_a_sale boolean)"
        )
        counts = cohort_counts(DuckDBSession(connection), cohort_basis)
    return monthly_cohorts(counts, LAST_DAY)


def test_the_published_first_cohort_is_885_customers_of_whom_324_bought_again_in_month_1():
    table = table_of(ORDERS_OF_THE_SECOND_YEAR, FIRST_ORDERS, "first_order")
    by_signup = table_of(ORDERS_OF_THE_SECOND_YEAR, FIRST_ORDERS, "signup")

    first = table[table["cohort_month"] == "2010-12-01"].set_index("months_since_signup")

    assert first.loc[0, ["cohort_size", "active_customers"]].to_list() == [885, 885]
    assert first.loc[1, "active_customers"] == 324
    assert first.loc[1, "retention_rate"] == pytest.approx(0.366, abs=0.0005)
    assert first["is_complete"].to_list() == [True] * 12 + [False]
    assert table.groupby("cohort_month")["cohort_size"].first().sum() == 4338
    basis = "cohort_basis_used"
    pd.testing.assert_frame_equal(table.drop(columns=basis), by_signup.drop(columns=basis))


def test_of_188_judged_cells_8_are_healthy_2_at_risk_and_none_poor():
    table = table_of(ALL_ORDERS, REGISTERED, "signup")

    words = table["cohort_health"].value_counts()
    of_march = (table["cohort_month"] == "2011-03-01") & (table["months_since_signup"] == 4)
    [cell] = table[of_march].to_dict("records")
    older = table[
        table["cohort_month"].between("2010-09-01", "2011-02-01")
        & (table["months_since_signup"] == 4)
    ]

    assert words.drop("insufficient_data").to_dict() == {
        "moderate": 178,
        "healthy": 8,
        "at_risk": 2,
    }
    assert (cell["active_customers"], cell["cohort_size"]) == (40, 178)
    assert older[["active_customers", "cohort_size"]].sum().to_list() == [132, 1214]
    assert round(cell["calendar_index"], 6) == 0.942703
    assert round(cell["expected_active_customers"], 3) == 18.245
    assert round(cell["health_z"], 4) == 4.9078
    assert cell["cohort_health"] == "healthy"
