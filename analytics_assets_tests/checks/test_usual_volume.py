"""Volume against the trailing weeks: what is unusual, and when there is too little to say."""

import datetime
import math
import statistics

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics_assets.lib.checks.volume import unusual_days, usual_volume

LAST_DAY = datetime.date(2024, 3, 31)
DAYS = {"id": "INTEGER", "day": "DATE"}


def day(days_ago):
    return LAST_DAY - datetime.timedelta(days=days_ago)


def series(counts):
    return pd.Series(counts, index=pd.date_range(end=LAST_DAY, periods=len(counts)))


def naive_robust_z(counts, place):
    """The robust z of one place in a list of days, from its definition, with the stdlib alone."""
    before = [counts[place - 7 * week] for week in range(1, 9)]
    median = statistics.median(before)
    mad = statistics.median([abs(count - median) for count in before])
    return (counts[place] - median) / max(1.4826 * mad, math.sqrt(median), 1.0)


@pytest.mark.slow
@given(st.lists(st.integers(0, 60), min_size=63, max_size=63))
def test_unusual_days_are_those_of_the_definition(counts):
    expected = [
        (pd.Timestamp(day(62 - place)), counts[place], round(naive_robust_z(counts, place), 2))
        for place in range(56, 63)
        if abs(naive_robust_z(counts, place)) > 3.5
    ]
    found = unusual_days(series(counts))
    assert [
        (row.day, row.row_count, pytest.approx(row.robust_z, abs=0.011))
        for row in found.itertuples()
    ] == expected


def test_a_quiet_day_among_steady_ones_is_named_with_its_figures():
    found = unusual_days(series([100] * 60 + [40] + [100] * 2))
    assert found.to_dict("records") == [
        {
            "day": pd.Timestamp(day(2)),
            "row_count": 40,
            "usual_row_count": 100.0,
            "robust_z": -6.0,
        }
    ]


def test_what_is_unusual_depends_on_how_much_the_weeks_before_differ():
    weeks = [40, 60, 80, 100, 100, 120, 140, 160]
    counts = [count for count in [*weeks, 300] for _ in range(7)]
    found = unusual_days(series(counts))
    # The median is 100, the median distance from it 30.
    assert found["robust_z"].tolist() == [round(200 / (1.4826 * 30), 2)] * 7
    assert unusual_days(series([*counts[:-7], *[255] * 7])).empty


def test_a_weekday_on_which_the_shop_is_closed_is_usual():
    assert unusual_days(series([0, 30, 30, 30, 30, 30, 30] * 9)).empty


def one_a_day(days):
    return [(number, day(number)) for number in range(days)]


def test_a_table_with_steady_days_passes_without_a_note(find):
    finding = find(usual_volume("day", "look"), DAYS, one_a_day(80))
    assert (finding.passed, finding.note) == (True, "")


def test_a_flood_on_one_day_and_days_after_the_clock_are_told_apart(find):
    flood = [(100 + number, day(3)) for number in range(9)]
    later = [(200 + number, LAST_DAY + datetime.timedelta(days=1)) for number in range(50)]
    finding = find(usual_volume("day", "look"), DAYS, [*one_a_day(80), *flood, *later])
    assert finding.failing_rows == 1
    assert finding.sample[["day", "row_count"]].to_dict("records") == [
        {"day": pd.Timestamp(day(3)), "row_count": 10}
    ]


def test_days_without_rows_count_as_zero(find):
    rows = [(number, day(ago)) for ago in range(80) if ago != 1 for number in range(20)]
    finding = find(usual_volume("day", "look"), DAYS, rows)
    assert finding.sample[["day", "row_count"]].to_dict("records") == [
        {"day": pd.Timestamp(day(1)), "row_count": 0}
    ]


@pytest.mark.parametrize(("days", "enough"), [(62, False), (63, True)])
def test_with_too_little_history_it_says_so_instead_of_guessing(find, days, enough):
    flood = [(100 + number, day(0)) for number in range(50)]
    finding = find(usual_volume("day", "look"), DAYS, [*one_a_day(days), *flood])
    assert finding.passed is not enough
    assert finding.note == (
        ""
        if enough
        else "not enough history: the first day is 2024-01-30, 63 days up to 2024-03-31 are needed"
    )


def test_a_shop_without_orders_has_neither_a_clock_nor_enough_history(find, session):
    session.execute("create or replace view staging.stg_clock as select null::date as as_of_date")
    assert (
        find(usual_volume("day", "look"), DAYS, []).note == "not enough history: the table is empty"
    )


def test_an_empty_table_is_not_enough_history(find):
    finding = find(usual_volume("day", "look"), DAYS, [])
    assert (finding.passed, finding.note) == (True, "not enough history: the table is empty")
