"""What must hold whatever the shop: the past stays, parts add up, order is no matter."""

import datetime
from collections import Counter

import pandas as pd
import pytest
from cohort_oracle import is_revenue_order
from cohort_shops import BASES, LAST_DAYS, Customer, Order, Shop, counts_of, shops, table_of
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics_assets.defs.cohorts.grid import CohortCounts

CELL = ["cohort_month", "months_since_signup"]
LAST_DAY = datetime.date(2024, 8, 31)


@pytest.mark.slow
@pytest.mark.parametrize("cohort_basis", BASES)
@given(
    shop=shops(LAST_DAY),
    as_of_date=st.dates(datetime.date(2024, 1, 15), LAST_DAY),
    later=st.integers(1, 200),
)
@settings(max_examples=6)
def test_what_comes_later_changes_no_complete_cell_but_in_the_column_that_looks_ahead(
    cohort_basis, shop, as_of_date, later
):
    before = table_of(shop, as_of_date, cohort_basis)
    after = table_of(shop, as_of_date + datetime.timedelta(days=later), cohort_basis)

    settled = before[before["is_complete"]].drop(columns=["rolling_retention_rate", "as_of_date"])
    same_cells = settled[CELL].merge(after, how="left", on=CELL)[settled.columns]

    pd.testing.assert_frame_equal(
        settled.reset_index(drop=True), same_cells, check_dtype=False, check_exact=True
    )


def test_a_customer_who_returns_later_raises_the_rolling_retention_of_a_complete_month():
    first, back = datetime.date(2024, 1, 1), datetime.date(2024, 3, 1)
    shop = Shop(
        [Customer("ann", first)],
        [Order("ann", first, True, 100), Order("ann", back, True, 100)],
    )

    before = table_of(shop, datetime.date(2024, 2, 29), "signup")
    after = table_of(shop, back, "signup")

    assert before["rolling_retention_rate"].to_list() == [1.0, 0.0]
    assert after["rolling_retention_rate"].to_list() == [1.0, 1.0, 1.0]


@pytest.mark.parametrize("cohort_basis", BASES)
@given(shop=shops())
@settings(max_examples=4)
def test_money_adds_up_month_by_month_with_what_is_outside(cohort_basis, shop):
    signup = {customer.customer_id: customer.signup_date for customer in shop.customers}
    inside, back = Counter(), Counter()
    for order in filter(is_revenue_order, shop.orders):
        start = signup.get(order.customer_id) if cohort_basis == "signup" else None
        if order.customer_id in signup and (start is None or order.order_day >= start):
            inside[order.order_day.replace(day=1)] += order.cents
            for day, cents in order.returned:
                back[max(day, order.order_day).replace(day=1)] += cents

    found, found_back = Counter(), Counter()
    for row in table_of(shop, LAST_DAYS[-1], cohort_basis).itertuples():
        month = row.cohort_month.to_period("M") + row.months_since_signup
        found[month.start_time.date()] += round(100 * row.cohort_revenue)
        found_back[month.start_time.date()] += round(100 * row.cohort_returns)
    assert +found == inside
    assert +found_back == back


def test_counts_of_an_empty_shop_have_their_types():
    counts: CohortCounts = counts_of(Shop([], []), "signup")

    for frame in (counts.sizes, counts.activity):
        assert frame.empty
        assert frame["cohort_month"].dtype == "datetime64[us]"
        assert set(frame.drop(columns="cohort_month").dtypes.astype(str)) == {"int64"}
