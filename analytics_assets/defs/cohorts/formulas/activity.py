"""Cohort activity from the months in which each customer ordered, read some at a time."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics_assets.lib.months import first_days

Integers = npt.NDArray[np.integer[Any]]


@dataclass(frozen=True)
class MemberMonths:
    """Months in which members of cohorts had revenue orders, in any order.

    Attributes:
        customer: int, a number for each customer.
        cohort_month: int, months since January of year 0, one for each customer.
        order_month: int, counted likewise, not before cohort_month; each of a customer once.
        total_orders: int64, in the month.
        revenue_cents: int64, in the month.
        is_split: bool, whether orders from before the day of signup are among them.
    """

    customer: Integers
    cohort_month: Integers
    order_month: Integers
    total_orders: npt.NDArray[np.int64]
    revenue_cents: npt.NDArray[np.int64]
    is_split: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Extent:
    """What the numbers in ``MemberMonths`` may be, the last ones included.

    Attributes:
        customers: ``customer`` is 0 to one less than this.
        first_cohort: of ``cohort_month``, which is never later than ``last_month``.
        first_month: of ``order_month``.
        last_month: of ``order_month``.
    """

    customers: int
    first_cohort: int
    first_month: int
    last_month: int


def cohort_activity(batches: Iterable[MemberMonths], extent: Extent) -> pd.DataFrame:
    """Return ``CohortCounts.activity``, and split_months: how many months of a cell are split.

    Holds a byte for each customer and month, and one batch.
    """
    months = extent.last_month - extent.first_month + 1
    cohorts = extent.last_month - extent.first_cohort + 1
    cells = months * cohorts
    cohort = np.zeros(extent.customers, np.int32)
    is_active = np.zeros((months, extent.customers), np.bool_)
    # Sums of int64 are exact, which weights of bincount need not be.
    total_orders, revenue_cents, split_months = np.zeros((3, cells), np.int64)
    for batch in batches:
        batch_month = batch.order_month - extent.first_month
        batch_cohort = batch.cohort_month - extent.first_cohort
        cohort[batch.customer] = batch_cohort
        is_active[batch_month, batch.customer] = True
        cell = batch_month * cohorts + batch_cohort
        np.add.at(total_orders, cell, batch.total_orders)
        np.add.at(revenue_cents, cell, batch.revenue_cents)
        np.add.at(split_months, cell[batch.is_split], np.int64(1))

    active, continued, reactivated = np.zeros((3, months, cohorts), np.int64)
    earlier = np.zeros(extent.customers, np.bool_)
    before = earlier.copy()
    last = np.zeros(extent.customers, np.int64)
    for month, now in enumerate(is_active):
        [customers] = now.nonzero()
        of_cohort, stayed, known = cohort[customers], before[customers], earlier[customers]
        active[month] = np.bincount(of_cohort, minlength=cohorts)
        continued[month] = np.bincount(of_cohort[stayed], minlength=cohorts)
        reactivated[month] = np.bincount(of_cohort[known & ~stayed], minlength=cohorts)
        before = now
        earlier[customers] = True
        last[customers] = month
    last_active = np.bincount((last * cohorts + cohort)[earlier], minlength=cells)

    [found] = active.ravel().nonzero()
    found_month, found_cohort = np.divmod(found, cohorts)
    order_month = found_month + extent.first_month
    cohort_month = found_cohort + extent.first_cohort
    return pd.DataFrame(
        {
            "cohort_month": first_days(cohort_month),
            "months_since_signup": order_month - cohort_month,
            "active_customers": active.ravel()[found],
            "continued_customers": continued.ravel()[found],
            "reactivated_customers": reactivated.ravel()[found],
            "last_active_customers": last_active[found],
            "total_orders": total_orders[found],
            "revenue_cents": revenue_cents[found],
            "split_months": split_months[found],
        }
    )
