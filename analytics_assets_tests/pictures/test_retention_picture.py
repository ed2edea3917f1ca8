import datetime

import numpy as np
import pandas as pd
import pytest
from readable import assert_readable, subtitle_of, title_of

from analytics_assets.defs.cohorts.chart import (
    COMPLETE,
    RUNNING,
    SIGNUP_MONTH,
    average_retention,
    retention_cells,
    retention_figure,
    retention_finding,
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
            rows.append((month, age, members, active, active / members, ended))
    return pd.DataFrame(
        rows,
        columns=[
            "cohort_month",
            "months_since_signup",
            "cohort_size",
            "active_customers",
            "retention_rate",
            "is_complete",
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


@pytest.mark.parametrize(
    ("cohorts", "running"),
    [(1, True), (1, False), (2, True), (3, True), (3, False), (24, True), (43, False), (75, True)],
)
def test_it_is_readable_with_few_cohorts_and_with_many(cohorts: int, running: bool):
    assert_readable(figure_of(triangle_of(cohorts, running=running)))


def test_large_and_tiny_cohorts_fit():
    assert_readable(figure_of(triangle_of(20, size=3_000_000)))
    assert_readable(figure_of(triangle_of(20, size=1)))


def test_what_has_no_room_is_told():
    assert "the newest 60 of 75 cohorts" in subtitle_of(figure_of(triangle_of(75)))
    assert "newest 60" not in subtitle_of(figure_of(triangle_of(60)))


def with_month_1(rates: list[float], size: int = 1000) -> pd.DataFrame:
    # Of the two newest cohorts one is in its month 1, and one in its month 0.
    cells = retention_cells(triangle_of(len(rates) + 2, running=True))
    cells["cohort_size"] = size
    first = cells["months_since_signup"] == 1
    ages = {row: round(rate * size) for row, rate in enumerate(rates)}
    cells.loc[first, "active_customers"] = cells.loc[first, "row"].map(ages).fillna(0)
    return cells


@pytest.mark.parametrize(
    ("newest", "words"),
    [
        (0.30, "of the newest three cohorts about as many (30 %) as of the six before (30 %)"),
        (0.31, "of the newest three cohorts about as many (31 %) as of the six before (30 %)"),
        (0.40, "of the newest three cohorts more (40 %) than of the six before (30 %)"),
        (0.20, "of the newest three cohorts fewer (20 %) than of the six before (30 %)"),
    ],
)
def test_the_title_calls_a_change_only_where_it_is_one(newest: float, words: str):
    cells = with_month_1([0.3] * 7 + [newest] * 3)
    assert retention_finding(cells, "signup").endswith(words)


def test_with_few_cohorts_the_title_compares_nothing():
    assert (
        retention_finding(with_month_1([0.25, 0.35]), "first order")
        == "30 % of customers buy in the month after first order"
    )


def test_without_a_complete_month_or_without_cohorts_the_picture_says_so():
    empty = triangle_of(3).head(0)

    assert title_of(figure_of(triangle_of(1))).startswith("No cohort has a complete month after")
    assert title_of(figure_of(empty)).startswith("No cohorts yet")
    assert_readable(figure_of(empty))
