"""The table monthly_cohorts from integer counts: the dense grid and the figures of each cell.

What is read from a warehouse belongs to ``counts.py``, the judgement of a cell to ``health.py``.
"""

import datetime
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics_assets.defs.cohorts.health import cohort_health

CELL = ["cohort_month", "months_since_signup"]
ACTIVITY_COUNTS = (
    "active_customers",
    "continued_customers",
    "reactivated_customers",
    "last_active_customers",
    "total_orders",
    "revenue_cents",
    "returned_cents",
    "earlier_active_months",
)


@dataclass(frozen=True)
class CohortCounts:
    """The integers from which every cohort figure is derived.

    Attributes:
        sizes: one row per cohort. ``cohort_month`` (datetime64, first day of the month),
            ``cohort_size`` and ``signup_members`` (int64), how many of them signed up in that
            month; the others ordered first in it.
        activity: one row per cohort and month in which anybody was active or gave something back; a
            month without a row is a month of zeros. ``cohort_month`` (datetime64),
            ``months_since_signup`` (int64, 0 is the cohort's own month) and, all int64:
            ``active_customers``, with a revenue order in the month;
            ``continued_customers``, active in the month and in the one before;
            ``reactivated_customers``, active in the month, not in the one before, but earlier;
            ``last_active_customers``, active in the month and in no later one;
            ``total_orders``; ``revenue_cents``, in hundredths, so that sums are exact;
            ``returned_cents``, what came back in the month, whenever it was sold;
            ``earlier_active_months``, of the active customers, after month 0 and before this one.
    """

    sizes: pd.DataFrame
    activity: pd.DataFrame


def counts_of_steps(
    steps: pd.DataFrame, signups: pd.DataFrame, returned: pd.DataFrame
) -> CohortCounts:
    """Return the counts of a cell from its members' steps between active months.

    Args:
        steps: one row per cohort_month, order_month and active_month_before (dates, NaT in a
            member's first active month), with active_customers, signup_members, total_orders,
            revenue_cents and earlier_active_months.
        signups: one row per cohort_month, with signup_members.
        returned: one row per cohort_month and returned_month, with returned_cents.
    """
    month, before, cohort = (
        pd.Series(_month_number(steps[name]), index=steps.index).mask(steps[name].isna())
        for name in ("order_month", "active_month_before", "cohort_month")
    )
    customers = steps["active_customers"].astype("int64")
    cells = pd.DataFrame(
        {
            "cohort_month": steps["cohort_month"].astype("datetime64[us]"),
            "months_since_signup": (month - cohort).astype("int64"),
            "active_customers": customers,
            "continued_customers": customers.where(month - before == 1, 0),
            "reactivated_customers": customers.where(month - before > 1, 0),
            # Who is active again later has left a step from this month.
            "last_active_customers": customers,
            "total_orders": steps["total_orders"],
            "revenue_cents": steps["revenue_cents"],
            "earlier_active_months": steps["earlier_active_months"],
        }
    )
    left = cells.loc[before.notna(), ["cohort_month"]].assign(
        months_since_signup=(before - cohort)[before.notna()].astype("int64"),
        last_active_customers=-customers,
    )
    back = pd.DataFrame(
        {
            "cohort_month": returned["cohort_month"].astype("datetime64[us]"),
            "months_since_signup": _month_number(returned["returned_month"])
            - _month_number(returned["cohort_month"]),
            "returned_cents": returned["returned_cents"],
        }
    )
    both = pd.concat([cells, left, back]).fillna(dict.fromkeys(ACTIVITY_COUNTS, 0))
    activity = both.groupby(CELL).sum().astype("int64").reset_index()

    first_orders = cells[cells["months_since_signup"] == 0].assign(
        cohort_size=customers - steps["signup_members"].astype("int64"), signup_members=0
    )
    members = signups.assign(
        cohort_month=signups["cohort_month"].astype("datetime64[us]"),
        cohort_size=signups["signup_members"],
    )
    columns = ["cohort_month", "cohort_size", "signup_members"]
    everybody = pd.concat([members[columns], first_orders[columns]])
    sizes = everybody.groupby("cohort_month").sum().astype("int64").reset_index()
    return CohortCounts(sizes=sizes[sizes["cohort_size"] > 0], activity=activity)


def monthly_cohorts(counts: CohortCounts, as_of_date: datetime.date) -> pd.DataFrame:
    """Return one row per cohort_month and months_since_signup, dense and sorted by both.

    Counts are int64; rates and money float64; money is the double nearest to the exact cents,
    which a cast to DECIMAL(18,2) restores; dates datetime64[us]. NaN means not defined:
    monthly_churn_rate at month 0 and where nobody was active the month before, amounts per
    active customer where nobody was active, health figures of a cell that is not judged. Without
    cohorts: no rows, the same columns and types.

    - retention_rate = active_customers / cohort_size
    - rolling_retention_rate = customers active in that month or any later one / cohort_size. It
      looks ahead: the only column of a complete cell that later orders can change.
    - monthly_churn_rate = 1 - |A(m-1) and A(m)| / |A(m-1)|, A(m) = customers active in month m
    - cohort_net_revenue = cohort_revenue (sold in that month) - cohort_returns (came back in that
      month, whenever it was sold)
    - cumulative_revenue = cohort_net_revenue of month 0 up to this one
    - estimated_ltv_to_date = cumulative_revenue / cohort_size
    - cohort_basis_used: signup, first_order (of members without a signup date) or both
    - health: see ``health.cohort_health``; is_complete: see ``dense_grid``.

    Raises:
        ValueError: when a count lies outside the grid that ends with ``as_of_date``'s month.
    """
    grid = dense_grid(counts, as_of_date)
    cohorts = grid.groupby("cohort_month")
    size = grid["cohort_size"]
    active = grid["active_customers"]
    active_before = cohorts["active_customers"].shift()
    cents = grid["revenue_cents"]
    cumulative_cents = cohorts["revenue_cents"].cumsum() - cohorts["returned_cents"].cumsum()
    gone_before = cohorts["last_active_customers"].cumsum() - grid["last_active_customers"]
    ever_active = cohorts["last_active_customers"].transform("sum")
    basis = np.select(
        [grid["signup_members"] == size, grid["signup_members"] == 0],
        ["signup", "first_order"],
        default="signup_and_first_order",
    )
    # Where nobody is active there is no order either: 0 / 0 is NaN, never inf.
    return pd.DataFrame(
        {
            "cohort_month": grid["cohort_month"].astype("datetime64[us]"),
            "months_since_signup": grid["months_since_signup"],
            "cohort_size": size,
            "cohort_basis_used": pd.Series(basis, index=grid.index, dtype="str"),
            "active_customers": active,
            "retention_rate": active / size,
            "rolling_retention_rate": (ever_active - gone_before) / size,
            "reactivated_customers": grid["reactivated_customers"],
            "monthly_churn_rate": (active_before - grid["continued_customers"]) / active_before,
            "cohort_revenue": cents / 100,
            "cohort_returns": grid["returned_cents"] / 100,
            "cohort_net_revenue": (cents - grid["returned_cents"]) / 100,
            "revenue_per_active_customer": cents / (100 * active),
            "revenue_per_cohort_member": cents / (100 * size),
            "cumulative_revenue": cumulative_cents / 100,
            "estimated_ltv_to_date": cumulative_cents / (100 * size),
            "total_orders": grid["total_orders"],
            "orders_per_active_customer": grid["total_orders"] / active,
            **cohort_health(grid),
            "is_complete": grid["is_complete"],
            "as_of_date": pd.Series(as_of_date, index=grid.index, dtype="datetime64[us]"),
        }
    )


def dense_grid(counts: CohortCounts, as_of_date: datetime.date) -> pd.DataFrame:
    """Return one row per cohort and month up to as_of_date's, sorted, zeros kept, counts as int64.

    ``is_complete`` (bool) says that the cell's calendar month ended by ``as_of_date``; a month
    whose last day is ``as_of_date`` is complete.

    Raises:
        ValueError: for a cohort or a cell after the month of ``as_of_date``, for a cell of a
            cohort without a size, and for a cohort or cell that is given twice.
    """
    as_of_month = _month_number([as_of_date])[0]
    running_month = _month_number([as_of_date + datetime.timedelta(days=1)])[0]

    sizes = counts.sizes.sort_values("cohort_month", ignore_index=True)
    sizes["last_month"] = as_of_month - _month_number(sizes["cohort_month"])
    _refuse_cells_outside(counts.activity, sizes, as_of_date)

    cells = sizes.loc[sizes.index.repeat(sizes.pop("last_month") + 1)].reset_index(drop=True)
    cells["months_since_signup"] = cells.groupby("cohort_month").cumcount()
    cells["is_complete"] = (
        _month_number(cells["cohort_month"]) + cells["months_since_signup"] < running_month
    )
    grid = cells.merge(counts.activity, on=CELL, how="left", validate="one_to_one")
    zeros_kept = dict.fromkeys(ACTIVITY_COUNTS, 0)
    return grid.fillna(zeros_kept).astype(dict.fromkeys(ACTIVITY_COUNTS, "int64"))


def _refuse_cells_outside(
    activity: pd.DataFrame, sizes: pd.DataFrame, as_of_date: datetime.date
) -> None:
    late = sizes[sizes["last_month"] < 0]
    if not late.empty:
        raise ValueError(
            f"cohort_month must not be after as_of_date {as_of_date} (got "
            f"{late['cohort_month'].iloc[0]:%Y-%m}). Next: count only what happened by that day, "
            "or pass a later as_of_date."
        )
    last_months = activity["cohort_month"].map(sizes.set_index("cohort_month")["last_month"])
    outside = activity[~activity["months_since_signup"].between(0, last_months)]
    if outside.empty:
        return
    cohort, month = outside[CELL].iloc[0]
    last_month = last_months[outside.index[0]]
    raise ValueError(
        f"the activity of cohort {cohort:%Y-%m} must be of a cohort with customers (got none). "
        "Next: count sizes and activity on the same basis."
        if pd.isna(last_month)
        else f"months_since_signup of cohort {cohort:%Y-%m} must be 0 to {last_month:.0f} at "
        f"as_of_date {as_of_date} (got {month}). Next: count only what happened by that day, or "
        "pass a later as_of_date."
    )


def _month_number(days: pd.Series | list[datetime.date]) -> npt.NDArray[np.int64]:
    """Return the months from January 1970 to the month of each day."""
    return np.asarray(days, dtype="datetime64[M]").astype(np.int64)
