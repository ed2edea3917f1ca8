"""Is a cohort retained better or worse than the cohorts just before it were at its age?"""

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtri

CONFIDENCE_LEVEL = 0.95
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


def wilson_interval(
    successes: npt.NDArray[np.int64], trials: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the lower and upper 95 % bounds of a proportion (Wilson 1927), float64.

    ``(p + z^2/2n -+ z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n)`` with p = successes / trials.
    ``trials`` must be positive.
    """
    z = ndtri((1 + CONFIDENCE_LEVEL) / 2)
    proportion = successes / trials
    centre = proportion + z**2 / (2 * trials)
    margin = z * np.sqrt(proportion * (1 - proportion) / trials + (z / (2 * trials)) ** 2)
    scale = 1 + z**2 / trials
    # The bound is 0 or 1 exactly there; rounding would put it beside a base of 0 or 1.
    lower = np.where(successes == 0, 0.0, (centre - margin) / scale)
    upper = np.where(successes == trials, 1.0, (centre + margin) / scale)
    return lower, upper


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
