"""The whole table, orders to cells, against a count of each customer by hand."""

import datetime
from collections import Counter

import pandas as pd
import pytest
from cohort_oracle import brute_force, months_between, orders_in_grid
from cohort_shops import (
    BASES,
    LAST_DAYS,
    Customer,
    Order,
    Shop,
    counts_of,
    shops,
    staged,
    table_of,
)
from hypothesis import given, settings
from hypothesis import strategies as st

DAY = datetime.date
HEALTH = [
    "cohort_health",
    "expected_active_customers",
    "calendar_index",
    "health_z",
    "health_q_value",
    "health_to_date",
]


def plain(table: pd.DataFrame) -> list[dict]:
    """Return the rows with None for NaN and dates for timestamps."""
    return [
        {
            name: value.date()
            if isinstance(value, pd.Timestamp)
            else None
            if pd.isna(value)
            else value
            for name, value in row.items()
        }
        for row in table.to_dict("records")
    ]


@pytest.mark.parametrize("cohort_basis", BASES)
@given(shop=shops(), as_of_date=st.sampled_from(LAST_DAYS))
@settings(max_examples=8)
def test_every_value_is_what_counting_each_customer_gives(cohort_basis, shop, as_of_date):
    expected = brute_force(shop.until(as_of_date), as_of_date, cohort_basis)

    assert plain(table_of(shop, as_of_date, cohort_basis).drop(columns=HEALTH)) == expected


@pytest.mark.parametrize("cohort_basis", BASES)
@given(shop=shops())
@settings(max_examples=6)
def test_earlier_active_months_are_those_after_month_0_of_who_is_active(cohort_basis, shop):
    expected = Counter()
    for cohort, orders, _ in orders_in_grid(shop, cohort_basis).values():
        ages = {months_between(cohort, order.order_day) for order in orders}
        expected.update({(cohort, age): sum(0 < k < age for k in ages) for age in ages})

    activity = counts_of(shop, cohort_basis).activity

    assert expected == {
        (row.cohort_month.date(), row.months_since_signup): row.earlier_active_months
        for row in activity.itertuples()
        if row.active_customers
    }


def test_who_has_no_signup_date_belongs_to_the_cohort_of_the_first_order():
    shop = Shop(
        [
            Customer("ann", None),
            Customer("bob", DAY(2024, 2, 9)),
            Customer("cid", None),
            Customer("dan", DAY(2024, 1, 9)),
            Customer("never", None),
        ],
        [
            Order("ann", DAY(2024, 1, 30), True, 100),
            Order("ann", DAY(2024, 2, 1), True, 100),
            Order("cid", DAY(2024, 2, 2), True, 200),
        ],
    )

    table = table_of(shop, DAY(2024, 2, 28), "signup")
    first_order = table_of(shop, DAY(2024, 2, 28), "first_order")

    assert table["cohort_size"].to_list() == [2, 2, 2]
    assert table["cohort_basis_used"].to_list() == ["signup_and_first_order"] * 3
    assert table["active_customers"].to_list() == [1, 1, 1]
    assert set(first_order["cohort_basis_used"]) == {"first_order"}
    assert first_order["cohort_size"].to_list() == [1, 1, 1]


def test_a_customer_who_pauses_is_churned_and_then_reactivated():
    shop = Shop(
        [Customer("ann", DAY(2024, 1, 31)), Customer("bob", DAY(2024, 1, 1))],
        [
            Order("ann", DAY(2024, 1, 31), True, 1000),
            Order("bob", DAY(2024, 1, 5), True, 500),
            Order("bob", DAY(2024, 2, 5), True, 250),
            Order("ann", DAY(2024, 3, 1), True, 2000),
            Order("ann", DAY(2024, 3, 2), True, 1001),
        ],
    )

    table = table_of(shop, DAY(2024, 4, 10), "signup")

    assert table["active_customers"].to_list() == [2, 1, 1, 0]
    assert table["rolling_retention_rate"].to_list() == [1.0, 1.0, 0.5, 0.0]
    assert table["reactivated_customers"].to_list() == [0, 0, 1, 0]
    assert table["monthly_churn_rate"].isna().to_list() == [True, False, False, False]
    assert table["monthly_churn_rate"].to_list()[1:] == [0.5, 1.0, 1.0]
    assert table["cumulative_revenue"].to_list() == [15.0, 17.5, 47.51, 47.51]
    assert table["estimated_ltv_to_date"].to_list() == [7.5, 8.75, 23.755, 23.755]
    assert table["orders_per_active_customer"].to_list()[:3] == [1.0, 1.0, 2.0]
    assert table["is_complete"].to_list() == [True, True, True, False]


def test_what_comes_back_counts_in_its_own_month_and_of_orders_outside_nowhere():
    shop = Shop(
        [Customer("ann", DAY(2024, 1, 9)), Customer("bob", None)],
        [
            Order("ann", DAY(2024, 1, 8), True, 5000, ((DAY(2024, 2, 1), 5000),)),
            Order(
                "ann", DAY(2024, 1, 9), True, 1000, ((DAY(2024, 3, 1), 300), (DAY(2024, 3, 2), 1))
            ),
            Order("ann", DAY(2024, 3, 5), True, 100, ((DAY(2024, 1, 9), 40),)),
            Order("bob", DAY(2024, 2, 2), True, 700, ((DAY(2024, 2, 2), 700),)),
            Order("bob", DAY(2024, 2, 3), False, 900, ((DAY(2024, 2, 4), 900),)),
            Order(None, DAY(2024, 2, 3), True, 900, ((DAY(2024, 2, 4), 900),)),
        ],
    )

    table = table_of(shop, DAY(2024, 3, 31), "signup")

    assert table["cohort_revenue"].to_list() == [10.0, 0.0, 1.0, 7.0, 0.0]
    assert table["cohort_returns"].to_list() == [0.0, 0.0, 3.41, 7.0, 0.0]
    assert table["cohort_net_revenue"].to_list() == [10.0, 0.0, -2.41, 0.0, 0.0]
    assert table["cumulative_revenue"].to_list() == [10.0, 10.0, 7.59, 0.0, 0.0]
    assert table["active_customers"].to_list() == [1, 0, 1, 1, 0]


def test_a_cohort_without_orders_is_a_row_of_zeros_a_month():
    table = table_of(Shop([Customer("ann", DAY(2024, 1, 9))], []), DAY(2024, 2, 1), "signup")

    assert table[["cohort_size", "active_customers", "total_orders"]].to_numpy().tolist() == [
        [1, 0, 0],
        [1, 0, 0],
    ]
    assert table["retention_rate"].to_list() == [0.0, 0.0]
    undefined = ["monthly_churn_rate", "revenue_per_active_customer", "orders_per_active_customer"]
    assert table[undefined].isna().all(axis=None)


def test_an_order_before_the_day_of_signup_is_outside_even_in_the_month_of_signup():
    shop = Shop(
        [Customer("ann", DAY(2024, 1, 9))],
        [
            Order("ann", DAY(2023, 12, 9), True, 100),
            Order("ann", DAY(2024, 1, 8), True, 200),
            Order("ann", DAY(2024, 1, 9), True, 400),
        ],
    )

    by_signup = table_of(shop, DAY(2024, 1, 31), "signup")
    by_first_order = table_of(shop, DAY(2024, 1, 31), "first_order")

    assert by_signup["cohort_revenue"].to_list() == [4.0]
    assert by_first_order["cohort_month"].to_list() == [pd.Timestamp(2023, 12, 1)] * 2
    assert by_first_order["cohort_revenue"].to_list() == [1.0, 6.0]


def test_money_survives_the_way_into_a_decimal_column():
    amounts = [29, 57, 101, 99_999_999_99, 12_345_678_29]
    shop = Shop(
        [Customer("ann", DAY(2024, 1, 1))],
        [
            Order("ann", DAY(2024, month, 1), True, cents)
            for month, cents in enumerate(amounts, start=1)
        ],
    )
    table = table_of(shop, DAY(2024, 5, 31), "signup")

    session = staged(shop)
    session.replace(
        "analytics.monthly_cohorts",
        table[["months_since_signup", "cohort_revenue"]],
        {"months_since_signup": "INTEGER", "cohort_revenue": "DECIMAL(18,2)"},
    )
    stored = session.read(
        "select cast(cohort_revenue as varchar) as revenue from analytics.monthly_cohorts"
        " order by months_since_signup"
    )

    assert stored["revenue"].to_list() == ["0.29", "0.57", "1.01", "99999999.99", "12345678.29"]


def test_a_shop_without_customers_has_no_rows_but_all_columns():
    empty = table_of(Shop([], []), DAY(2024, 2, 5), "signup")
    shop = Shop([Customer("ann", DAY(2024, 1, 9))], [Order("ann", DAY(2024, 1, 9), True, 5)])

    assert empty.empty
    assert empty.dtypes.to_dict() == table_of(shop, DAY(2024, 2, 5), "signup").dtypes.to_dict()
