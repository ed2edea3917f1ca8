"""How often health errs on shops in which nothing happened, and how much it sees where it did."""

import pytest
from simulated_cohorts import SHOPS, false_alarms, power

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("shop", SHOPS)
def test_at_most_three_cells_in_200_are_flagged_where_nothing_happened(shop):
    cells, to_date, months = false_alarms(shop, size=200, shops=8)

    assert cells <= 0.015
    assert to_date <= 0.025
    assert months <= 0.035


def test_a_cohort_a_fifth_worse_shows_to_date_long_before_it_shows_in_a_cell():
    cells, to_date, months = power(0.8, size=1000, shops=5)

    assert 0.2 <= cells <= 0.6
    assert to_date >= 0.85
    assert months == 1


def test_small_cohorts_show_large_losses_only():
    assert power(0.8, size=50, shops=5)[0] <= 0.05
    assert power(0.5, size=200, shops=5)[1] >= 0.9
