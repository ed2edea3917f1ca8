"""The words of cohort_health, and the interval they rest on."""

import numpy as np
import pandas as pd
import pytest
from cohort_oracle import health_of
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from analytics_assets.defs.cohorts.formulas.health import cohort_health
from analytics_assets.lib.wilson import wilson_interval


def grid_of(cells: list[tuple[int, int]], *, age: int = 3, running: bool = False) -> pd.DataFrame:
    """Return cells of one age, one cohort a month, from (active customers, cohort size)."""
    months = pd.date_range("2023-01-01", periods=len(cells), freq="MS")
    grid = pd.DataFrame(cells, columns=["active_customers", "cohort_size"])
    grid["cohort_month"] = months
    grid["months_since_signup"] = age
    grid["is_complete"] = [not running or cohort < len(cells) - 1 for cohort in range(len(cells))]
    return grid


def newest(cells: list[tuple[int, int]], **others) -> str:
    return cohort_health(grid_of(cells, **others)).iloc[-1]


@given(st.integers(1, 10_000), st.data())
def test_the_interval_is_the_one_of_statsmodels(size, data):
    active = data.draw(st.integers(0, size))

    lower, upper = wilson_interval(np.array([active]), np.array([size]))

    expected = proportion_confint(active, size, alpha=0.05, method="wilson")
    assert (lower[0], upper[0]) == pytest.approx(expected, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("size", [1, 34, 48])
def test_the_interval_ends_at_0_and_1_exactly(size):
    assert wilson_interval(np.array([0]), np.array([size]))[0] == [0.0]
    assert wilson_interval(np.array([size]), np.array([size]))[1] == [1.0]


@given(
    st.lists(
        st.integers(25, 400).flatmap(lambda size: st.tuples(st.integers(0, size), st.just(size))),
        min_size=1,
        max_size=10,
    ),
    st.integers(0, 2),
    st.booleans(),
)
def test_every_word_is_what_the_score_test_says(cells, age, running):
    grid = grid_of(cells, age=age, running=running)
    rows = grid.to_dict("records")

    assert cohort_health(grid).to_list() == [health_of(row, rows) for row in rows]


@pytest.mark.parametrize(
    ("active", "word"),
    [(60, "healthy"), (50, "healthy"), (40, "moderate"), (30, "at_risk"), (10, "poor")],
)
def test_each_word_against_a_base_of_two_fifths(active, word):
    assert newest([(400, 1000), (active, 100)]) == word


def test_the_base_is_weighted_by_size():
    assert newest([(90, 100), (100, 900), (19, 100)]) == "moderate"
    assert newest([(90, 100), (10, 100), (19, 100)]) == "at_risk"


def test_only_the_six_cohorts_before_count():
    six = [(200, 1000)] * 6
    assert newest([(1000, 1000), *six, (20, 100)]) == "moderate"
    assert newest([(1000, 1000), *six[1:], (20, 100)]) == "at_risk"


def test_an_incomplete_cell_is_not_judged_and_is_no_base():
    assert newest([(400, 1000), (10, 100)], running=True) == "insufficient_data"
    grid = grid_of([(400, 1000), (0, 1000), (40, 100)])
    grid["is_complete"] = [True, False, True]
    assert cohort_health(grid).iloc[-1] == "moderate"


@pytest.mark.parametrize(
    ("cells", "others"),
    [
        ([(40, 100)], {}),
        ([(400, 1000), (5, 29)], {}),
        ([(400, 1000), (10, 100)], {"age": 0}),
    ],
    ids=["no older cohort", "29 customers", "month 0"],
)
def test_too_little_is_no_verdict(cells, others):
    assert newest(cells, **others) == "insufficient_data"


def test_thirty_customers_are_enough():
    assert newest([(400, 1000), (12, 30)]) == "moderate"


def test_rounding_makes_no_verdict_where_nobody_or_everybody_ever_was_active():
    assert newest([(0, 1000), (0, 48)]) == "moderate"
    assert newest([(1000, 1000), (34, 34)]) == "moderate"


def test_cohorts_of_another_age_are_no_base():
    grid = pd.concat([grid_of([(900, 1000)], age=2), grid_of([(10, 100)], age=3)])

    assert cohort_health(grid.reset_index(drop=True)).to_list() == ["insufficient_data"] * 2


def test_a_grid_without_rows_has_no_words():
    health = cohort_health(grid_of([]).astype({"is_complete": bool, "cohort_size": "int64"}))

    assert health.empty
    assert health.dtype == "str"


def test_a_month_without_new_customers_does_not_end_the_comparison():
    grid = grid_of([(400, 1000), (10, 100)])
    grid["cohort_month"] = pd.to_datetime(["2021-01-01", "2023-06-01"])

    assert cohort_health(grid).iloc[-1] == "poor"
