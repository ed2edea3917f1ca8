"""The retention curve that the purchase process implies, and the one that came out."""

from typing import Any

import numpy as np
import numpy.typing as npt

from analytics_assets.demo_shop.customers import Customers
from analytics_assets.demo_shop.orders import GUEST, Orders
from analytics_assets.demo_shop.rhythm import MONTHS, moments, month_of, month_starts

_COMPLETE_MONTHS = MONTHS - 1  # the last month's newest orders are still open


def retention_curve(
    customers: Customers,
    registered: npt.NDArray[np.bool_],
    orders: Orders,
    is_revenue: npt.NDArray[np.bool_],
) -> list[dict[str, Any]]:
    """Return one entry a month since sign-up, up to the age of the first cohort.

    All cohorts together, in every calendar month but the last.

    ``customers`` are those registered in a month that this age has reached, ``active_customers``
    those of them with a revenue order in the calendar month of that age. ``expected_rate`` is the
    probability of that, averaged over the customers: before the first order 0, in its month 1, and
    after it alive at the month's start, exp(-rate * dropout * time), times at least one order,
    1 - exp(-rate * length).
    """
    signup_month = month_of(moments(customers.signup))
    active = _active_by_age(signup_month, registered, orders, is_revenue)
    starts = month_starts()
    curve = []
    for age in range(_COMPLETE_MONTHS - int(signup_month[registered].min())):
        who = np.flatnonzero(registered & (signup_month + age < _COMPLETE_MONTHS))
        month = signup_month[who] + age
        begin, end = starts[month], starts[month + 1]
        first, rate = customers.first_order[who], customers.rate[who]
        alive = np.exp(-rate * customers.dropout[who] * np.maximum(begin - first, 0.0))
        orders_again = alive * -np.expm1(-rate * (end - begin))
        chance = np.where(first < begin, orders_again, (first < end) * 1.0)
        curve.append(
            {
                "months_since_signup": age,
                "customers": len(who),
                "active_customers": int(active[age]),
                "retention_rate": round(int(active[age]) / len(who), 6),
                "expected_rate": round(float(chance.mean()), 6),
            }
        )
    return curve


def _active_by_age(
    signup_month: npt.NDArray[np.int64],
    registered: npt.NDArray[np.bool_],
    orders: Orders,
    is_revenue: npt.NDArray[np.bool_],
) -> npt.NDArray[np.int64]:
    """Count the registered customers with a revenue order at each age in months."""
    counted = is_revenue & (orders.customer != GUEST)
    customer = orders.customer[counted]
    month = month_of(orders.moment[counted])
    age = month - signup_month[customer]
    in_grid = registered[customer] & (age >= 0) & (month < _COMPLETE_MONTHS)
    once = np.unique(customer[in_grid] * MONTHS + age[in_grid])
    return np.bincount(once % MONTHS, minlength=MONTHS)
