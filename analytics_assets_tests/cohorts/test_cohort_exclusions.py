"""Grid and exclusions together hold every revenue order, to the cent."""

from collections import Counter

import pytest
from cohort_oracle import is_revenue_order, month_of
from cohort_shops import BASES, LAST_DAYS, Shop, shops, staged, table_of
from hypothesis import given, settings

from analytics_assets.defs.cohorts.cohort_counts import cohort_exclusions


def reason(order, shop: Shop, cohort_basis: str) -> str | None:
    """Say by hand why an order is outside the grid; None where it is in it."""
    signup = {customer.customer_id: customer.signup_date for customer in shop.customers}
    if order.customer_id not in signup:
        return "unknown_customer"
    if cohort_basis == "first_order":
        return None
    if signup[order.customer_id] is None:
        return "no_signup_date"
    return "before_signup" if order.order_day < signup[order.customer_id] else None


@pytest.mark.parametrize("cohort_basis", BASES)
@given(shop=shops())
@settings(max_examples=25)
def test_every_order_outside_is_named_with_its_month_and_reason(cohort_basis, shop):
    orders, cents = Counter(), Counter()
    for order in filter(is_revenue_order, shop.orders):
        why = reason(order, shop, cohort_basis)
        if why:
            orders[month_of(order.order_day), why] += 1
            cents[month_of(order.order_day), why] += order.cents

    outside = cohort_exclusions(staged(shop), cohort_basis)

    found = {(row.order_month.date(), row.exclusion): row for row in outside.itertuples()}
    assert len(found) == len(outside)
    assert {key: row.total_orders for key, row in found.items()} == orders
    assert {key: row.revenue_cents for key, row in found.items()} == cents


@pytest.mark.parametrize("cohort_basis", BASES)
@given(shop=shops())
@settings(max_examples=15)
def test_money_adds_up_month_by_month(cohort_basis, shop):
    every = Counter()
    for order in filter(is_revenue_order, shop.orders):
        every[month_of(order.order_day)] += order.cents

    table = table_of(shop, LAST_DAYS[-1], cohort_basis)
    outside = cohort_exclusions(staged(shop), cohort_basis)

    found = Counter()
    for row in table.itertuples():
        month = row.cohort_month.to_period("M") + row.months_since_signup
        found[month.start_time.date()] += round(100 * row.cohort_revenue)
    for row in outside.itertuples():
        found[row.order_month.date()] += row.revenue_cents
    assert +found == every
