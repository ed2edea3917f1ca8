"""Which cells there are, which of them are complete, and which counts are refused."""

import datetime

import pandas as pd
import pytest

from analytics_assets.defs.cohorts.grid import ACTIVITY_COUNTS, CohortCounts, dense_grid


def counts_with(sizes: dict[str, int], cells: list[tuple[str, int]]) -> CohortCounts:
    """Return counts of 1 in the given cells (cohort month, months since signup)."""
    activity = pd.DataFrame(
        {
            "cohort_month": pd.to_datetime([month for month, _ in cells]).astype("datetime64[us]"),
            "months_since_signup": pd.array([age for _, age in cells], dtype="int64"),
        }
    ).assign(**dict.fromkeys(ACTIVITY_COUNTS, 1))
    return CohortCounts(
        sizes=pd.DataFrame(
            {
                "cohort_month": pd.to_datetime(list(sizes)).astype("datetime64[us]"),
                "cohort_size": pd.array(list(sizes.values()), dtype="int64"),
                "signup_members": pd.array(list(sizes.values()), dtype="int64"),
            }
        ),
        activity=activity,
    )


@pytest.mark.parametrize(
    ("sizes", "cells", "complaint"),
    [
        ({"2024-01": 5}, [("2024-01", 2)], r"of cohort 2024-01 must be 0 to 1 .*\(got 2\)"),
        ({"2024-01": 5}, [("2024-01", -1)], r"of cohort 2024-01 must be 0 to 1 .*\(got -1\)"),
        ({"2024-01": 5}, [("2023-12", 0)], "2023-12 must be of a cohort with customers"),
        ({"2024-03": 5}, [], "not be after as_of_date 2024-02-10 .*got 2024-03"),
    ],
)
def test_a_count_outside_the_grid_is_refused(sizes, cells, complaint):
    with pytest.raises(ValueError, match=complaint):
        dense_grid(counts_with(sizes, cells), datetime.date(2024, 2, 10))


def test_a_cell_given_twice_is_refused():
    with pytest.raises(ValueError, match="not unique"):
        dense_grid(
            counts_with({"2024-01": 5}, [("2024-01", 0), ("2024-01", 0)]),
            datetime.date(2024, 2, 10),
        )
