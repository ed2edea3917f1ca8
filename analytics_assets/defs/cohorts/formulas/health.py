"""Is a cohort retained better or worse than the cohorts just before it were at its age?"""

import numpy as np
import pandas as pd

from analytics_assets.lib.wilson import wilson_interval

OLDER_COHORTS = 6
MIN_COHORT_SIZE = 30


def cohort_health(grid: pd.DataFrame) -> pd.Series:
    """Return one word (str) a cell of ``grid``, by its Wilson 95 % interval of retention.

    The cell is compared with ``base``, the retention of the (up to) six cohorts before it at the
    same age, weighted by size: the sum of their active customers over the sum of their sizes.
    ``healthy``: the interval lies above base; ``moderate``: it contains base; ``at_risk``: it
    lies below base; ``poor``: it lies below half of base. ``insufficient_data``: month 0, a
    cohort of fewer than 30, an incomplete month, or no older cohort. Incomplete cells are no
    part of a base either. A calendar month without a new customer is no cohort and takes none
    of the six places.

    Args:
        grid: one row a cell: cohort_month, months_since_signup, cohort_size, active_customers
            and is_complete, as ``dense_grid`` returns it.
    """
    # An incomplete cell has no base here, hence no verdict.
    base = _base_retention(grid[grid["is_complete"]]).reindex(grid.index)
    lower, upper = wilson_interval(
        grid["active_customers"].to_numpy(), grid["cohort_size"].to_numpy()
    )
    insufficient = (
        (grid["months_since_signup"] == 0) | (grid["cohort_size"] < MIN_COHORT_SIZE) | base.isna()
    )
    health = np.select(
        [insufficient, lower > base, upper < base / 2, upper < base],
        ["insufficient_data", "healthy", "poor", "at_risk"],
        default="moderate",
    )
    return pd.Series(health, index=grid.index, dtype="str")


def _base_retention(complete: pd.DataFrame) -> pd.Series:
    """Return the older cohorts' retention at each cell's age, NaN where there is none."""
    same_age = complete.sort_values("cohort_month").groupby("months_since_signup")
    older = (
        same_age[["active_customers", "cohort_size"]]
        .rolling(OLDER_COHORTS, min_periods=1, closed="left")
        .sum()
        .droplevel("months_since_signup")
    )
    return older["active_customers"] / older["cohort_size"]
