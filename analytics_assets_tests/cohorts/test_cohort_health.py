"""cohort_health and health_to_date, value by value against plain loops over the members."""

import numpy as np
import pandas as pd
import pytest
from health_oracle import health_of
from simulated_cohorts import CHRISTMAS, grid_of_members, simulated_grid

from analytics_assets.defs.cohorts.health import cohort_health


def drawn_members(seed: int) -> dict[int, list[set[int]]]:
    """Return members of a year's cohorts, of 5 to 150, one gap between them, some much worse."""
    random = np.random.default_rng(seed)
    members = {}
    for cohort in [0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11]:
        size = int(random.integers(5, 150))
        rate = random.choice([0.05, 0.3, 0.3, 0.3, 0.6])
        buys = random.random((size, 13 - cohort)) < rate * random.choice([0.5, 1.5], (size, 1))
        members[cohort] = [set(np.flatnonzero(row).tolist()) for row in buys]
    return members


def grid_of(members: dict[int, list[set[int]]], last_month: int) -> pd.DataFrame:
    """Return the grid of these members; the month after ``last_month`` is running."""
    grids = []
    for cohort, of_cohort in members.items():
        ages = range(last_month + 2 - cohort)
        buys = np.array([[age in seen for age in ages] for seen in of_cohort])
        grid = grid_of_members(buys).assign(
            cohort_month=(np.datetime64("2023-10") + cohort).astype("M8[us]"),
            is_complete=[cohort + age <= last_month for age in ages],
        )
        grids.append(grid)
    return pd.concat(grids, ignore_index=True)


def judged_of(grid: pd.DataFrame) -> dict[tuple[int, int], dict[str, object]]:
    health = grid.assign(**cohort_health(grid))
    months = health["cohort_month"].dt.to_period("M").dt
    health["cohort"] = 12 * months.year + months.month - 12 * 2023 - 10
    judged = health[health["cohort_health"] != "insufficient_data"]
    return {(c["cohort"], c["months_since_signup"]): c for c in judged.to_dict("records")}


@pytest.mark.parametrize("seed", range(6))
def test_every_judged_cell_is_what_plain_loops_say(seed):
    members = drawn_members(seed)

    found, expected = judged_of(grid_of(members, 11)), health_of(members, 11)

    assert found.keys() == expected.keys()
    for cell, values in expected.items():
        assert found[cell]["expected_active_customers"] == pytest.approx(float(values["e"]))
        assert found[cell]["calendar_index"] == pytest.approx(float(values["index"]))
        assert found[cell]["health_z"] == pytest.approx(values["z"], rel=1e-9, abs=1e-9)
        assert found[cell]["health_q_value"] == pytest.approx(values["q"], rel=1e-7, abs=1e-12)
        assert found[cell]["cohort_health"] == values["health"]
        assert found[cell]["health_to_date"] == values["to_date"]


def test_the_drawn_shops_hold_every_word_and_every_way_not_to_be_judged():
    words, to_date, not_judged = set(), set(), 0
    for seed in range(12):
        members = drawn_members(seed)
        judged = health_of(members, 11)
        words |= {cell["health"] for cell in judged.values()}
        to_date |= {cell["to_date"] for cell in judged.values()}
        not_judged += sum((10, age) not in judged for age in (1,))

    assert words == to_date == {"healthy", "moderate", "at_risk", "poor"}
    assert not_judged


def test_a_closed_month_never_changes():
    whole = simulated_grid(120, 7, season=CHRISTMAS)
    first = whole["cohort_month"].min()
    months = (whole["cohort_month"] - first).dt.days // 30 + whole["months_since_signup"]
    until = whole[months < 18].reset_index(drop=True)

    now, then = whole.assign(**cohort_health(whole)), until.assign(**cohort_health(until))

    now = now[months < 18].reset_index(drop=True)
    pd.testing.assert_frame_equal(then, now, check_exact=True)
    assert (now["cohort_health"] != "insufficient_data").sum() > 80


def test_the_first_cohort_is_judged_nowhere_and_in_no_comparison():
    grid = simulated_grid(200, 3)
    first = grid["cohort_month"] == grid["cohort_month"].min()
    another = grid.assign(active_customers=grid["active_customers"].mask(first, 200))

    health, unchanged = cohort_health(grid), cohort_health(another)

    assert set(health["cohort_health"][first]) == {"insufficient_data"}
    for name, column in health.items():
        pd.testing.assert_series_equal(column, unchanged[name], check_exact=True)


def test_too_little_is_no_verdict():
    grid = simulated_grid(200, 3)
    cohort = grid["cohort_month"].rank(method="dense") - 1
    small = grid.assign(cohort_size=grid["cohort_size"].mask(cohort == 9, 29))

    verdict = cohort_health(grid)["cohort_health"] != "insufficient_data"
    without_small = cohort_health(small)["cohort_health"] != "insufficient_data"

    assert not verdict[(cohort < 4) | (grid["months_since_signup"] == 0)].any()
    assert verdict[(cohort > 6) & (grid["months_since_signup"].between(1, 10))].all()
    assert not without_small[cohort == 9].any()
    # 10 of 200 in each of a month's few cells are too few to tell its season.
    few = grid.assign(active_customers=np.minimum(grid["active_customers"], 2))
    assert set(cohort_health(few)["cohort_health"]) == {"insufficient_data"}


def test_nobody_active_in_older_cohorts_is_no_base():
    grid = simulated_grid(200, 3)
    silent = grid.assign(active_customers=0, earlier_active_months=0)

    assert set(cohort_health(silent)["cohort_health"]) == {"insufficient_data"}


def test_a_grid_without_rows_has_the_same_columns():
    grid = simulated_grid(20, 1)

    empty, full = cohort_health(grid.iloc[:0]), cohort_health(grid)

    assert {name: column.dtype for name, column in empty.items()} == {
        name: column.dtype for name, column in full.items()
    }
