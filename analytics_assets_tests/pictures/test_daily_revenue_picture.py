import math
import statistics

import numpy as np
import pandas as pd
import pytest
from readable import assert_readable, subtitle_of, title_of

from analytics_assets.defs.realtime.chart import (
    daily_revenue_figure,
    daily_revenue_finding,
    revenue_days,
    weekday_means,
)


def daily_of(days: int, *, closed: int | None = None, weekly: float = 0.0, seed: int = 3):
    """Return so many days to Sunday 2025-12-28; no row on the closed weekday."""
    random = np.random.default_rng(seed)
    dates = pd.date_range(end="2025-12-28", periods=days)
    revenue = random.uniform(800, 1200, days) * (1 + weekly * (dates.day_of_week == 5))
    daily = pd.DataFrame({"order_day": dates, "net_revenue": revenue.round(2)})
    return daily[daily["order_day"].dt.day_of_week != closed]


def finding_of(daily: pd.DataFrame) -> str:
    days = revenue_days(daily)
    return daily_revenue_finding(days, weekday_means(days))


def test_every_day_is_drawn_and_a_day_without_an_order_is_0():
    daily = daily_of(500, closed=5).sample(frac=1, random_state=1)

    days = revenue_days(daily, most=364)

    on = {day.date(): money for day, money in daily.itertuples(index=False)}
    newest = max(on)
    expected = [newest - pd.Timedelta(days=back) for back in range(363, -1, -1)]
    assert [day.date() for day in days["order_day"]] == expected
    assert days["net_revenue"].to_list() == [on.get(day, 0.0) for day in expected]
    for position in (0, 100, 363):
        window = [on.get(expected[position] - pd.Timedelta(days=back), 0.0) for back in range(28)]
        assert days["average"].iloc[position] == pytest.approx(statistics.fmean(window))


def test_the_week_is_the_mean_of_each_weekday_and_tells_how_far_it_stands_out():
    days = revenue_days(daily_of(100, closed=2))

    week = weekday_means(days)

    def of(name: str) -> list[float]:
        return [r for d, r, _ in days.itertuples(index=False) if d.day_name() == name]

    names = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    assert week["weekday"].to_list() == names
    for name, mean, stands_out in week.itertuples(index=False):
        own = of(name)
        assert mean == pytest.approx(statistics.fmean(own))
        if name == "Wednesday":
            assert mean == 0
            assert math.isnan(stands_out)
        else:
            error = statistics.stdev(own) / math.sqrt(len(own))
            median = statistics.median(statistics.fmean(of(each)) for each in names)
            assert stands_out == pytest.approx((statistics.fmean(own) - median) / error)


def test_the_drawn_bars_and_lines_are_those_numbers():
    daily = daily_of(400)
    left, right = daily_revenue_figure(daily).axes

    assert [bar.get_height() for bar in right.patches] == weekday_means(revenue_days(daily))[
        "mean_revenue"
    ].to_list()
    assert left.lines[0].get_ydata().tolist() == revenue_days(daily)["average"].to_list()


@pytest.mark.parametrize(
    ("daily", "title"),
    [
        (daily_of(364), "no weekday stands out"),
        (daily_of(364, weekly=0.5), "Saturdays bring most"),
        (daily_of(364, closed=6, weekly=0.5), "Saturdays bring most, Sundays nothing"),
        (daily_of(364, weekly=-0.5), "Saturdays least"),
        (daily_of(364, closed=0), "Mondays nothing"),
    ],
)
def test_the_title_names_a_weekday_only_where_it_stands_out(daily: pd.DataFrame, title: str):
    assert finding_of(daily).split("; ")[1] == title


def test_the_title_compares_28_days_with_the_28_before():
    daily = daily_of(56).assign(net_revenue=[100.0] * 28 + [150.0] * 28)
    assert finding_of(daily).startswith(
        "Revenue of the last 28 days is 50 % above the 28 days before"
    )
    falling = daily.assign(net_revenue=daily["net_revenue"].to_numpy()[::-1])
    assert "33 % below" in finding_of(falling)
    assert "is that of the 28 days before" in finding_of(daily.assign(net_revenue=1.0))
    assert finding_of(daily_of(10)).startswith("Revenue of 9,")


def test_without_orders_the_picture_says_so():
    figure = daily_revenue_figure(daily_of(3).head(0))

    assert title_of(figure) == "No orders yet"
    assert_readable(figure)


@pytest.mark.parametrize("days", [1, 2, 8, 40, 155, 364, 5000])
def test_it_is_readable(days: int):
    assert_readable(daily_revenue_figure(daily_of(days)))


def test_large_amounts_and_one_large_day_fit():
    daily = daily_of(364)
    daily["net_revenue"] *= 1_000_000
    daily.iloc[-1, 1] *= 30

    assert_readable(daily_revenue_figure(daily))


def test_what_is_counted_stands_below_the_title():
    assert subtitle_of(daily_revenue_figure(daily_of(500))).startswith(
        "net_revenue of 364 days from 2024-12-30 to the newest, 2025-12-28; revenue orders only"
    )
