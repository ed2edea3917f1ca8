"""The dense grid: every cohort, every month from its own to that of as_of_date, zeros kept."""

import datetime

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics_assets.defs.cohorts.formulas.counts import ACTIVITY_COUNTS, CohortCounts

CELL = ["cohort_month", "months_since_signup"]


def dense_grid(counts: CohortCounts, as_of_date: datetime.date) -> pd.DataFrame:
    """Return one row a cohort and month, sorted, with every count of ``counts`` as int64.

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
            f"cohort {late['cohort_month'].iloc[0]:%Y-%m} starts after the month of as_of_date "
            f"{as_of_date}; count only what happened by that day, or pass a later as_of_date"
        )
    last_months = activity["cohort_month"].map(sizes.set_index("cohort_month")["last_month"])
    outside = activity[~activity["months_since_signup"].between(0, last_months)]
    if outside.empty:
        return
    cohort, month = outside[CELL].iloc[0]
    last_month = last_months[outside.index[0]]
    allowed = (
        "no customers are counted in this cohort: count sizes and activity on the same basis"
        if pd.isna(last_month)
        else f"it may be 0 to {last_month:.0f}: count only what happened by that day, "
        "or pass a later as_of_date"
    )
    raise ValueError(
        f"{len(outside)} cells of cohort activity lie outside the grid of as_of_date "
        f"{as_of_date}; the first has cohort_month {cohort:%Y-%m} and months_since_signup "
        f"{month}; {allowed}"
    )


def _month_number(days: pd.Series | list[datetime.date]) -> npt.NDArray[np.int64]:
    """Return the months from January 1970 to the month of each day."""
    return np.asarray(days, dtype="datetime64[M]").astype(np.int64)
