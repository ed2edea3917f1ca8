import datetime

import numpy as np
import pandas as pd
import pytest
from readable import assert_readable, title_of

from analytics_assets.defs.cohorts.chart import (
    COMPLETE,
    RUNNING,
    SIGNUP_MONTH,
    average_retention,
    index_figure,
    index_finding,
    retention_cells,
    retention_figure,
    retention_finding,
    settled_cells,
    settled_months,
)


def triangle_of(cohorts: int, *, running: bool = True, seed: int = 1, size: int = 400):
    """Return a triangle of so many cohorts, with retention that falls with age."""
    random = np.random.default_rng(seed)
    months = pd.date_range("2020-01-01", periods=cohorts, freq="MS")
    rows = []
    for first, month in enumerate(months):
        members = int(random.integers(size, 2 * size))
        for age in range(cohorts - first):
            active = int(random.binomial(members, 0.7 if age == 0 else 0.4 / age**0.4))
            ended = not running or first + age < cohorts - 1
            health = "insufficient_data"
            rows.append((month, age, members, active, active / members, ended, health))
    return pd.DataFrame(
        rows,
        columns=[
            "cohort_month",
            "months_since_signup",
            "cohort_size",
            "active_customers",
            "retention_rate",
            "is_complete",
            "cohort_health",
        ],
    )


def figure_of(triangle: pd.DataFrame):
    return retention_figure(triangle, datetime.date(2025, 12, 9), "signup")


def test_every_cell_of_the_newest_cohorts_is_drawn_once_oldest_on_top():
    triangle = triangle_of(14).sample(frac=1, random_state=2)

    cells = retention_cells(triangle, most=5)

    newest = sorted(set(triangle["cohort_month"]))[-5:]
    expected = {
        (newest.index(row.cohort_month), row.months_since_signup): (
            row.retention_rate,
            RUNNING
            if not row.is_complete
            else SIGNUP_MONTH
            if row.months_since_signup == 0
            else COMPLETE,
        )
        for row in triangle.itertuples()
        if row.cohort_month in newest
    }
    assert len(cells) == len(expected) == 15
    assert {
        (row.row, row.months_since_signup): (row.retention_rate, row.kind)
        for row in cells.itertuples()
    } == expected


def test_the_average_weighs_by_size_and_leaves_the_running_month_out():
    cells = retention_cells(triangle_of(9, seed=3))

    average = average_retention(cells)

    by_hand = {}
    for cell in cells.itertuples():
        if cell.kind != RUNNING:
            active, members = by_hand.get(cell.months_since_signup, (0, 0))
            by_hand[cell.months_since_signup] = (
                active + cell.active_customers,
                members + cell.cohort_size,
            )
    assert average.to_dict() == {age: a / n for age, (a, n) in by_hand.items()}
    assert 8 not in average.index  # only the running month is that old


def test_the_colours_are_of_complete_cells_after_month_0_and_nothing_else():
    triangle = triangle_of(8)
    figure = figure_of(triangle)

    grid = figure.axes[0].images[0].get_array()

    complete = triangle[triangle["is_complete"] & (triangle["months_since_signup"] > 0)]
    assert (~np.ma.getmaskarray(np.ma.masked_invalid(grid))).sum() == len(complete)
    for row in complete.itertuples():
        first = list(pd.unique(triangle["cohort_month"])).index(row.cohort_month)
        assert grid[first, row.months_since_signup] == row.retention_rate
    hatched = [patch for patch in figure.axes[0].patches if patch.get_hatch()]
    assert len(hatched) == 8


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cohorts", "running"),
    [(1, False), (75, True)],
)
def test_it_is_readable_with_few_cohorts_and_with_many(cohorts: int, running: bool):
    assert_readable(figure_of(triangle_of(cohorts, running=running)))


@pytest.mark.slow
def test_large_and_tiny_cohorts_fit():
    assert_readable(figure_of(triangle_of(20, size=3_000_000)))
    assert_readable(figure_of(triangle_of(20, size=1)))


def test_the_title_counts_the_cells_that_differ():
    triangle = triangle_of(9)
    judged = triangle.index[triangle["is_complete"] & (triangle["months_since_signup"] > 0)]
    triangle.loc[judged, "cohort_health"] = "moderate"
    triangle.loc[judged[:6], "cohort_health"] = ["healthy", "healthy", "at_risk", *["poor"] * 3]

    title = retention_finding(triangle, "signup")

    assert f"of {len(judged)} cohort months 2 are better and 4 worse than" in title
    assert_readable(figure_of(triangle))


def test_without_a_complete_month_or_without_cohorts_the_picture_says_so():
    empty = triangle_of(3).head(0)

    assert title_of(figure_of(triangle_of(1))).startswith("No cohort has a complete month after")
    assert title_of(figure_of(empty)).startswith("No cohorts yet")
    assert_readable(figure_of(empty))


def index_table(changes: list[str]) -> pd.DataFrame:
    """Return monthly_retention_index of so many months, the first two without an index."""
    known = np.array([change != "insufficient_data" for change in changes])
    return pd.DataFrame(
        {
            "calendar_month": pd.date_range("2020-01-01", periods=len(changes), freq="MS"),
            "active_customers": 100,
            "expected_active_customers": 110.0,
            "retention_index": np.where(known, 100 / 110, np.nan),
            "log_standard_error": np.where(known, 0.05, np.nan),
            "retention_change": changes,
        }
    )


@pytest.mark.parametrize("months", [0, 90])
def test_the_index_is_readable_and_has_a_point_for_each_measured_month(months: int):
    table = index_table(["insufficient_data"] * 2 + ["none", "below", "above"] * 30)
    figure = index_figure(table.head(2 + months), datetime.date(2025, 12, 9))

    assert_readable(figure)
    if months:
        points = figure.axes[0].collections[-1].get_offsets()
        assert len(points) == min(months, 36)
        assert set(np.round(points[:, 1], 9)) == {round(100 / 110, 9)}
    else:
        assert title_of(figure).startswith("No retention index yet")


def test_the_title_of_the_index_names_the_newest_month_and_those_that_differed():
    table = index_table(["insufficient_data", "below", "none", "none"])

    assert index_finding(table) == (
        "In Apr 2020 customers came back 9 % below the year before (within chance); before that "
        "Feb 2020 below"
    )


@pytest.mark.parametrize(
    ("settled_until", "shown"),
    [
        # December ends settled, one day too early, and where no day is settled.
        ("2025-12-31", {"2025-10": 2, "2025-11": 1, "2025-12": 0}),
        ("2025-12-30", {"2025-10": 1, "2025-11": 0}),
        (None, {}),
    ],
)
def test_a_month_that_is_not_settled_is_as_one_that_runs(settled_until, shown: dict[str, int]):
    cells = [(month, age) for month in (10, 11, 12) for age in range(13 - month)]
    triangle = pd.DataFrame(
        {
            "cohort_month": [pd.Timestamp(2025, month, 1) for month, _ in cells],
            "months_since_signup": [age for _, age in cells],
            "cohort_size": 100,
            "active_customers": 40,
            "retention_rate": 0.4,
            "is_complete": True,
            "cohort_health": "healthy",
        }
    )

    seen = settled_cells(triangle, pd.Timestamp(settled_until))

    newest = seen[seen["is_complete"]].groupby("cohort_month")["months_since_signup"].max()
    assert {f"{month:%Y-%m}": age for month, age in newest.items()} == shown
    assert set(seen["cohort_health"][~seen["is_complete"]]) <= {"insufficient_data"}
    assert settled_cells(triangle.head(0), pd.Timestamp(settled_until)).empty


def test_the_title_of_the_index_is_of_the_newest_settled_month():
    table = index_table(["insufficient_data", "below", "none", "none"])

    assert index_finding(settled_months(table, pd.Timestamp("2020-04-29"))).startswith(
        "In Mar 2020"
    )
    assert index_finding(settled_months(table, pd.Timestamp("2020-04-30"))).startswith(
        "In Apr 2020"
    )
    assert index_finding(settled_months(table, pd.NaT)).startswith("No retention index yet")
