"""The integers from which every cohort figure is derived, and nothing derived."""

from dataclasses import dataclass

import pandas as pd

ACTIVITY_COUNTS = (
    "active_customers",
    "continued_customers",
    "reactivated_customers",
    "last_active_customers",
    "total_orders",
    "revenue_cents",
)


@dataclass(frozen=True)
class CohortCounts:
    """What leaves the warehouse: one row a cohort, one row a cohort and month with orders.

    Attributes:
        sizes: one row a cohort that has a customer. ``cohort_month`` (datetime64, first day of
            the month), ``cohort_size`` (int64).
        activity: one row a cohort and month in which anybody was active; a month without a row
            is a month of zeros. ``cohort_month`` (datetime64), ``months_since_signup`` (int64,
            0 is the cohort's own month) and, all int64:
            ``active_customers``, with a revenue order in the month;
            ``continued_customers``, active in the month and in the one before;
            ``reactivated_customers``, active in the month, not in the one before, but earlier;
            ``last_active_customers``, active in the month and in no later one;
            ``total_orders``; ``revenue_cents``, in hundredths, so that sums are exact.
    """

    sizes: pd.DataFrame
    activity: pd.DataFrame
