"""Which cells there are, which of them are complete, and which counts are refused."""

import datetime

import pandas as pd
import pytest

from analytics_assets.defs.cohorts.formulas.counts import ACTIVITY_COUNTS, CohortCounts
from analytics_assets.defs.cohorts.formulas.grid import dense_grid


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
            }
        ),
        activity=activity,
    )


def test_every_cohort_has_every_month_up_to_the_one_of_as_of_date():
    counts = counts_with({"2024-01": 5, "2023-11": 3}, [("2024-01", 1), ("2023-11", 0)])

    grid = dense_grid(counts, datetime.date(2024, 2, 10))

    cells = grid[["cohort_month", "months_since_signup", "cohort_size", "active_customers"]]
    assert cells.astype({"cohort_month": str}).to_numpy().tolist() == [
        ["2023-11-01", 0, 3, 1],
        ["2023-11-01", 1, 3, 0],
        ["2023-11-01", 2, 3, 0],
        ["2023-11-01", 3, 3, 0],
        ["2024-01-01", 0, 5, 0],
        ["2024-01-01", 1, 5, 1],
    ]


@pytest.mark.parametrize(
    ("as_of_date", "complete"),
    [
        (datetime.date(2024, 2, 28), [True, False]),
        (datetime.date(2024, 2, 29), [True, True]),
        (datetime.date(2024, 3, 1), [True, True, False]),
    ],
)
def test_a_month_is_complete_from_its_last_day_on(as_of_date, complete):
    grid = dense_grid(counts_with({"2024-01": 5}, []), as_of_date)

    assert grid["is_complete"].to_list() == complete


def test_the_order_of_the_counts_does_not_matter():
    counts = counts_with({"2024-01": 5, "2023-11": 3}, [("2024-01", 1), ("2023-11", 2)])
    turned = CohortCounts(counts.sizes[::-1], counts.activity[::-1])
    day = datetime.date(2024, 3, 31)

    pd.testing.assert_frame_equal(dense_grid(counts, day), dense_grid(turned, day))


def test_the_counts_are_not_changed():
    counts = counts_with({"2024-01": 5}, [("2024-01", 1)])
    sizes, activity = counts.sizes.copy(), counts.activity.copy()

    dense_grid(counts, datetime.date(2024, 3, 31))

    pd.testing.assert_frame_equal(counts.sizes, sizes)
    pd.testing.assert_frame_equal(counts.activity, activity)


@pytest.mark.parametrize(
    ("sizes", "cells", "complaint"),
    [
        ({"2024-01": 5}, [("2024-01", 2)], "cohort_month 2024-01 and months_since_signup 2; it"),
        ({"2024-01": 5}, [("2024-01", 2)], "it may be 0 to 1: .* pass a later as_of_date"),
        ({"2024-01": 5}, [("2024-01", -1)], "months_since_signup -1; it may be 0 to 1"),
        ({"2024-01": 5}, [("2023-12", 0)], "no customers are counted in this cohort"),
        ({"2024-03": 5}, [], "cohort 2024-03 starts after the month of as_of_date 2024-02-10"),
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
