"""Reads the cohort counts through a session, and gives them the types the metrics expect."""

import pandas as pd

from analytics_assets.metrics.cohorts.counts import CohortCounts
from analytics_assets.warehouse.interface import Session
from analytics_assets.warehouse.queries import cohorts as queries
from analytics_assets.warehouse.queries.cohorts import CohortBasis


def cohort_counts(session: Session, cohort_basis: CohortBasis) -> CohortCounts:
    """Count the cohorts of staging.stg_customers and analytics.customer_months.

    The single orders of staging.stg_orders are read on the basis ``signup`` only, and only where
    somebody ordered in the month of signup both before and after that day.

    Raises:
        ValueError: for an unknown basis.
    """
    activity = _typed(session.read(queries.cohort_activity(cohort_basis)))
    split_months = activity.pop("split_months")
    if cohort_basis == "signup":
        if split_months.any():
            activity = _less(activity, _typed(session.read(queries.orders_before_signup())))
        sizes = _typed(session.read(queries.signup_cohort_sizes()))
    else:
        # A first order is what makes a member: everybody in the cohort is active in month 0.
        first_months = activity[activity["months_since_signup"] == 0]
        sizes = first_months[["cohort_month", "active_customers"]].rename(
            columns={"active_customers": "cohort_size"}
        )
    return CohortCounts(sizes=sizes, activity=activity)


def cohort_exclusions(session: Session, cohort_basis: CohortBasis) -> pd.DataFrame:
    """Return the revenue orders outside the grid, one row an order_month and exclusion.

    ``order_month`` datetime64[us], ``exclusion`` text, ``total_orders`` and ``revenue_cents``
    int64. Grid and exclusions of a month add up to all its revenue orders.

    Raises:
        ValueError: for an unknown basis.
    """
    return _typed(session.read(queries.cohort_exclusions(cohort_basis)))


def _less(activity: pd.DataFrame, excluded: pd.DataFrame) -> pd.DataFrame:
    """Return ``activity`` without the orders and revenue of ``excluded``, whose cells it has."""
    cells = ["cohort_month", "months_since_signup"]
    counts = activity.set_index(cells)
    less = excluded.set_index(cells).reindex(counts.index, fill_value=0)
    return counts.assign(**{str(name): counts[name] - less[name] for name in less}).reset_index()


def _typed(counts: pd.DataFrame) -> pd.DataFrame:
    others = {
        "cohort_month": "datetime64[us]",
        "order_month": "datetime64[us]",
        "exclusion": "str",
    }
    return counts.astype({name: others.get(name, "int64") for name in counts.columns})
