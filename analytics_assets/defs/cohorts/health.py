"""Is a cohort retained better or worse than older cohorts were at its age, the season allowed for?

Formulas of single cells. A month in which everybody buys less belongs to ``retention_index.py``.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtr

OLDER_COHORTS = 6
LEAST_OLDER_COHORTS = 3
MIN_COHORT_SIZE = 30
MIN_ACTIVE_OF_OTHERS = 50
MOST_LIKELY = 0.999
FALSE_DISCOVERY_RATE = 0.05
NOT_JUDGED = "insufficient_data"

Floats = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class _Cells:
    """Complete cells after month 0 as matrices: one row per cohort, one column per age from 1.

    Counts are float64, 0 where there is no such cell, exact below 2^53. ``active_months`` and
    ``active_months_squared`` sum each member's active months of ages 1 to the column's, and their
    squares.
    """

    size: Floats
    active: Floats
    active_months: Floats
    active_months_squared: Floats
    is_complete: Truths
    calendar_month: npt.NDArray[np.int64]


def cohort_health(grid: pd.DataFrame) -> dict[str, pd.Series]:
    """Return the health columns of ``grid``, one value per cell.

    A cell of a cohort with N members, a of them active, at age k >= 1 in calendar month t is
    judged when it is complete, N >= 30, at least three older cohorts are among the six just before
    it (the first cohort of all is judged nowhere and is in no comparison: it holds customers from
    before the data began), any of their A0 was active, and the other cells of month t that fulfil
    all this hold 50 active customers.

    - base b = A0 / N0, of those older cohorts at age k
    - calendar_index I = sum of a / sum of N b over the other cells of month t
    - expected_active_customers e = N p, p = min(b I, 0.999)
    - health_z = (a - e) / sqrt(N p (1 - p) + e^2 (v_b + v_I)); v_b = (1 - b) / A0 and v_I = sum of
      [N p (1 - p) + (N p)^2 v_b] / (sum of a)^2 over the other cells, their p with the index over
      all cells of the month, are the relative variances of b and of I
    - health_q_value: of its two-sided normal p-value among the judged cells of month t, by
      Benjamini and Hochberg (1995). No later month is used: a closed month never changes.
    - cohort_health: where q <= 0.05 ``healthy`` (z > 0), ``poor`` (a < e / 2) or ``at_risk``; else
      ``moderate``; ``insufficient_data`` where not judged. All numbers are NaN there.
    - health_to_date: the same words for S = sum of a against E = sum of e over the judged ages up
      to k, a share f of them. Variance N s^2 f + N^2 s_b^2 f / N0 + sum of e^2 v_I, where s^2 and
      s_b^2 are the variances over members, of the cohort and of the older ones, of their active
      months in ages 1..k. It sees in small cohorts what no single cell shows.

    Args:
        grid: one row per cell: cohort_month, months_since_signup, cohort_size, active_customers,
            earlier_active_months and is_complete, as ``dense_grid`` returns it.
    """
    cells = _matrices(grid)
    age = np.arange(1, cells.active.shape[1] + 1)
    older = np.clip(np.arange(len(cells.size)) - 1, 0, OLDER_COHORTS)[:, None]
    base_size = _older(np.broadcast_to(cells.size[:, None], cells.active.shape))
    base_active = _older(cells.active)
    size = cells.size[:, None]
    is_comparable = (
        cells.is_complete
        & (size >= MIN_COHORT_SIZE)
        & (older >= LEAST_OLDER_COHORTS)
        & (base_active > 0)
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        base = base_active / base_size
        variance_of_base = (1 - base) / base_active

        def others(values: Floats) -> Floats:
            """Return the sum over the other comparable cells of each cell's calendar month."""
            counted = np.where(is_comparable, values, 0.0)
            sums = np.bincount(cells.calendar_month.ravel(), counted.ravel())
            return np.asarray(sums[cells.calendar_month] - counted, np.float64)

        active_of_others = others(cells.active)
        is_judged = is_comparable & (active_of_others >= MIN_ACTIVE_OF_OTHERS)
        index = active_of_others / others(size * base)
        share = np.minimum(base * index, MOST_LIKELY)
        expected = size * share
        month_index = (active_of_others + cells.active) / (others(size * base) + size * base)
        month_share = np.minimum(base * month_index, MOST_LIKELY)
        variance_in_month = (
            size * month_share * (1 - month_share) + (size * month_share) ** 2 * variance_of_base
        )
        variance_of_index = others(variance_in_month) / active_of_others**2
        variance = size * share * (1 - share) + expected**2 * (variance_of_base + variance_of_index)
        z = (cells.active - expected) / np.sqrt(variance)

        active_to_date, expected_to_date, of_index_to_date, judged_ages = (
            np.where(is_judged, values, 0.0).cumsum(axis=1)
            for values in (cells.active, expected, expected**2 * variance_of_index, 1.0)
        )
        share_judged = judged_ages / age
        spread = _variance(cells.active_months, cells.active_months_squared, size)
        spread_of_base = _variance(
            _older(cells.active_months), _older(cells.active_months_squared), base_size
        )
        variance_to_date = (
            size * spread * share_judged
            + size**2 * spread_of_base * share_judged / base_size
            + of_index_to_date
        )
        z_to_date = (active_to_date - expected_to_date) / np.sqrt(variance_to_date)

    q = _q_values(z, is_judged, cells.calendar_month)
    q_to_date = _q_values(z_to_date, is_judged, cells.calendar_month)
    words = _words(z, q, cells.active < expected / 2, is_judged)
    words_to_date = _words(z_to_date, q_to_date, active_to_date < expected_to_date / 2, is_judged)
    return {
        "cohort_health": _column(grid, words, "str", NOT_JUDGED),
        "expected_active_customers": _column(grid, np.where(is_judged, expected, np.nan)),
        "calendar_index": _column(grid, np.where(is_judged, index, np.nan)),
        "health_z": _column(grid, np.where(is_judged, z, np.nan)),
        "health_q_value": _column(grid, q),
        "health_to_date": _column(grid, words_to_date, "str", NOT_JUDGED),
    }


def _matrices(grid: pd.DataFrame) -> _Cells:
    cohorts = grid.drop_duplicates("cohort_month").sort_values("cohort_month")
    months = cohorts["cohort_month"].to_numpy("datetime64[M]").astype(np.int64)
    ages = np.arange(1, grid["months_since_signup"].max() + 1 if len(grid) else 1)
    counted = grid.assign(
        active=grid["active_customers"],
        squares=grid["active_customers"] + 2 * grid["earlier_active_months"],
    )

    def matrix(name: str) -> Floats:
        complete = counted[counted["is_complete"]]
        table = complete.pivot_table(
            index="cohort_month", columns="months_since_signup", values=name
        )
        return table.reindex(index=cohorts["cohort_month"], columns=ages).to_numpy(np.float64)

    active = matrix("active")
    is_complete = ~np.isnan(active)
    active, squares = np.nan_to_num(active), np.nan_to_num(matrix("squares"))
    first = months.min() if len(months) else 0
    return _Cells(
        size=cohorts["cohort_size"].to_numpy(np.float64),
        active=active,
        active_months=active.cumsum(axis=1),
        # A member's n-th active month raises the square by n^2 - (n - 1)^2 = 1 + 2 (n - 1).
        active_months_squared=squares.cumsum(axis=1),
        is_complete=is_complete,
        calendar_month=months[:, None] - first + ages,
    )


def _older(values: Floats) -> Floats:
    """Return the sums over the up to six cohorts before each one, the first of all left out."""
    sums = np.zeros_like(values)
    for cohort in range(len(values)):
        sums[cohort] = values[max(1, cohort - OLDER_COHORTS) : max(1, cohort)].sum(axis=0)
    return sums


def _variance(sums: Floats, squares: Floats, members: Floats) -> Floats:
    return (members * squares - sums**2) / members**2


def _q_values(z: Floats, is_judged: Truths, calendar_month: npt.NDArray[np.int64]) -> Floats:
    """Return Benjamini and Hochberg's adjusted p-values within each month, NaN where not judged."""
    judged = pd.DataFrame(
        {"month": calendar_month[is_judged], "p": 2 * ndtr(-np.abs(z[is_judged]))}
    ).sort_values(["month", "p"], ascending=False)
    month = judged.groupby("month")
    tested = month["p"].transform("size")
    judged["scaled"] = judged["p"] * tested / (tested - month.cumcount())
    q = np.full(z.shape, np.nan)
    q[is_judged] = judged.groupby("month")["scaled"].cummin().sort_index().to_numpy()
    return q


def _words(z: Floats, q: Floats, is_below_half: Truths, is_judged: Truths) -> npt.NDArray[np.str_]:
    differs = q <= FALSE_DISCOVERY_RATE
    return np.select(
        [~is_judged, differs & (z > 0), differs & is_below_half, differs],
        [NOT_JUDGED, "healthy", "poor", "at_risk"],
        default="moderate",
    )


def _column(
    grid: pd.DataFrame,
    values: npt.NDArray[np.generic],
    kind: str = "float64",
    elsewhere: object = np.nan,
) -> pd.Series:
    """Return a matrix as a column of the grid, ``elsewhere`` at month 0."""
    rows = grid["cohort_month"].rank(method="dense").astype(int).to_numpy() - 1
    ages = grid["months_since_signup"].to_numpy()
    column = np.full(len(grid), elsewhere, dtype=object if kind == "str" else kind)
    after_signup = ages > 0
    column[after_signup] = values[rows[after_signup], ages[after_signup] - 1]
    return pd.Series(column, index=grid.index, dtype=kind)
