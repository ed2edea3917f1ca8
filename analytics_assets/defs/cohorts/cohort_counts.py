"""Reads the cohort counts through a session, and gives them the types the metrics expect."""

from contextlib import closing

import pandas as pd
import pyarrow as pa

from analytics_assets.defs.cohorts import queries
from analytics_assets.defs.cohorts.formulas.activity import Extent, MemberMonths
from analytics_assets.defs.cohorts.formulas.activity import cohort_activity as in_memory_activity
from analytics_assets.defs.cohorts.formulas.counts import CohortCounts
from analytics_assets.defs.cohorts.queries import CohortBasis
from analytics_assets.lib.warehouse.interface import Session

# Counting in memory takes a byte for each of a customer's months, whether there were orders or not.
MOST_BYTES_IN_MEMORY = 10**9


def cohort_counts(session: Session, cohort_basis: CohortBasis) -> CohortCounts:
    """Count the cohorts of staging.stg_customers and analytics.customer_months.

    The single orders of staging.stg_orders are read on the basis ``signup`` only, and only where
    somebody ordered in the month of signup both before and after that day.

    A warehouse elsewhere counts itself: only counts leave it. Of one in this process the customers'
    months are read as integers and counted here, which is less work (docs/benchmarks.md), unless
    they are too many. Both ways give the same counts.

    Raises:
        ValueError: for an unknown basis.
    """
    activity = _activity_in_memory(session, cohort_basis) if session.in_process else None
    if activity is None:
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


def _activity_in_memory(session: Session, cohort_basis: CohortBasis) -> pd.DataFrame | None:
    """Return what the statement ``cohort_activity`` does, counted here; None where too much."""
    statement = queries.member_months(cohort_basis)
    extent = Extent(**session.read(queries.extent()).fillna(0).astype("int64").iloc[0])
    if extent.customers * (extent.last_month - extent.first_month + 1) > MOST_BYTES_IN_MEMORY:
        return None
    with closing(session.batches(statement)) as batches:
        return in_memory_activity(map(_member_months, batches), extent)


def _member_months(batch: pa.RecordBatch) -> MemberMonths:
    columns = (column.to_numpy(zero_copy_only=False) for column in batch.columns)
    return MemberMonths(*columns)


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
