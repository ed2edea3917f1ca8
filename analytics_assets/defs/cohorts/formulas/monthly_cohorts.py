"""The table ``monthly_cohorts``: its columns, and each of them from the counts of a cell."""

import datetime

import pandas as pd

from analytics_assets.defs.cohorts.formulas.counts import CohortCounts
from analytics_assets.defs.cohorts.formulas.grid import dense_grid
from analytics_assets.defs.cohorts.formulas.health import cohort_health

MONTHLY_COHORTS_COLUMNS: dict[str, str] = {
    "cohort_month": "DATE",
    "months_since_signup": "INTEGER",
    "cohort_size": "BIGINT",
    "active_customers": "BIGINT",
    "retention_rate": "DOUBLE",
    "rolling_retention_rate": "DOUBLE",
    "reactivated_customers": "BIGINT",
    "monthly_churn_rate": "DOUBLE",
    "cohort_revenue": "DECIMAL(18,2)",
    "revenue_per_active_customer": "DOUBLE",
    "revenue_per_cohort_member": "DOUBLE",
    "cumulative_revenue": "DECIMAL(18,2)",
    "estimated_ltv_to_date": "DOUBLE",
    "total_orders": "BIGINT",
    "orders_per_active_customer": "DOUBLE",
    "cohort_health": "VARCHAR",
    "is_complete": "BOOLEAN",
    "as_of_date": "DATE",
}


def monthly_cohorts(counts: CohortCounts, as_of_date: datetime.date) -> pd.DataFrame:
    """Return one row a cohort_month and months_since_signup, dense and sorted by both.

    Counts are int64; rates and money float64; money is the double nearest to the exact cents,
    which a cast to DECIMAL(18,2) restores; dates datetime64[us]. NaN means not defined:
    monthly_churn_rate at month 0 and where nobody was active the month before, amounts per
    active customer where nobody was active. Without cohorts: no rows, the same columns and types.

    - retention_rate = active_customers / cohort_size
    - rolling_retention_rate = customers active in that month or any later one / cohort_size. It
      looks ahead: the only column of a complete cell that later orders can change.
    - monthly_churn_rate = 1 - |A(m-1) and A(m)| / |A(m-1)|, A(m) = customers active in month m
    - estimated_ltv_to_date = cumulative_revenue / cohort_size
    - cohort_health: see ``health.cohort_health``; is_complete: see ``grid.dense_grid``.

    Raises:
        ValueError: when a count lies outside the grid that ends with ``as_of_date``'s month.
    """
    grid = dense_grid(counts, as_of_date)
    cohorts = grid.groupby("cohort_month")
    size = grid["cohort_size"]
    active = grid["active_customers"]
    active_before = cohorts["active_customers"].shift()
    cents = grid["revenue_cents"]
    cumulative_cents = cohorts["revenue_cents"].cumsum()
    gone_before = cohorts["last_active_customers"].cumsum() - grid["last_active_customers"]
    ever_active = cohorts["last_active_customers"].transform("sum")
    # Where nobody is active there is no order either: 0 / 0 is NaN, never inf.
    return pd.DataFrame(
        {
            "cohort_month": grid["cohort_month"].astype("datetime64[us]"),
            "months_since_signup": grid["months_since_signup"],
            "cohort_size": size,
            "active_customers": active,
            "retention_rate": active / size,
            "rolling_retention_rate": (ever_active - gone_before) / size,
            "reactivated_customers": grid["reactivated_customers"],
            "monthly_churn_rate": (active_before - grid["continued_customers"]) / active_before,
            "cohort_revenue": cents / 100,
            "revenue_per_active_customer": cents / (100 * active),
            "revenue_per_cohort_member": cents / (100 * size),
            "cumulative_revenue": cumulative_cents / 100,
            "estimated_ltv_to_date": cumulative_cents / (100 * size),
            "total_orders": grid["total_orders"],
            "orders_per_active_customer": grid["total_orders"] / active,
            "cohort_health": cohort_health(grid),
            "is_complete": grid["is_complete"],
            "as_of_date": pd.Series(as_of_date, index=grid.index, dtype="datetime64[us]"),
        }
    )
