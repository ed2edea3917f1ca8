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
    daily = pd.DataFrame({"order_day": dates, "net_revenue": revenue.round(2), "is_settled": True})
    return daily[daily["order_day"].dt.day_of_week != closed]


def with_open(daily: pd.DataFrame, newest: int) -> pd.DataFrame:
    """Return the days, with so many of the newest not settled and almost without revenue."""
    is_open = daily["order_day"] > daily["order_day"].max() - pd.Timedelta(days=newest)
    return daily.assign(is_settled=~is_open, net_revenue=daily["net_revenue"].where(~is_open, 1.0))


def finding_of(daily: pd.DataFrame) -> str:
    days = revenue_days(daily)
    return daily_revenue_finding(days, weekday_means(days))


def test_every_day_is_drawn_and_a_day_without_an_order_is_0():
    daily = daily_of(500, closed=5).sample(frac=1, random_state=1)

    days = revenue_days(daily, most=364)

    on = {day.date(): money for day, money, _ in daily.itertuples(index=False)}
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
        return [r for d, r, *_ in days.itertuples(index=False) if d.day_name() == name]

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
        "Revenue of the last 28 settled days (to 28 Dec 2025) is 50 % above the 28 before; "
    )
    falling = daily.assign(net_revenue=daily["net_revenue"].to_numpy()[::-1])
    assert "33 % below" in finding_of(falling)
    assert "is that of the 28 before" in finding_of(daily.assign(net_revenue=1.0))
    assert finding_of(daily_of(10)).startswith("Revenue of 9,")


def test_open_days_are_drawn_and_in_no_comparison():
    all_settled = daily_of(360, weekly=0.5)
    daily = pd.concat([all_settled, with_open(daily_of(4), 4)], ignore_index=True)
    daily["order_day"] = pd.date_range(end="2025-12-28", periods=364)
    shifted = all_settled.assign(order_day=daily["order_day"].head(360).to_numpy())

    days, without = revenue_days(daily), revenue_days(shifted)

    assert finding_of(daily) == finding_of(shifted)
    assert "(to 24 Dec 2025)" in finding_of(daily)
    pd.testing.assert_frame_equal(weekday_means(days), weekday_means(without))
    assert days["average"].head(360).equals(without["average"])
    assert days["average"].tail(4).isna().all()
    assert days["net_revenue"].tail(4).to_list() == [1.0] * 4
    figure = daily_revenue_figure(daily)
    [shaded] = figure.axes[0].patches
    low, high = (
        pd.Timestamp(day, unit="D") for day in (shaded.get_x(), shaded.get_x() + shaded.get_width())
    )
    assert [low, high] == [pd.Timestamp("2025-12-24 12:00"), pd.Timestamp("2025-12-28 12:00")]
    assert "Shaded: from 2025-12-25 on" in subtitle_of(figure)
    assert not daily_revenue_figure(shifted).axes[0].patches


def test_a_day_without_orders_is_settled_as_the_days_before_it():
    daily = with_open(daily_of(40, closed=5), 1)
    daily = daily[daily["order_day"] != "2025-12-26"]

    settled = revenue_days(daily).set_index("order_day")["is_settled"]

    assert settled["2025-12-26":].to_list() == [True, True, False]


def test_where_nothing_is_settled_the_title_says_since_when():
    daily = with_open(daily_of(40), 40)

    assert finding_of(daily).startswith("No settled days to compare: orders of 19 Nov 2025")
    assert_readable(daily_revenue_figure(daily))


def test_without_orders_the_picture_says_so():
    figure = daily_revenue_figure(daily_of(3).head(0))

    assert title_of(figure) == "No orders yet"
    assert_readable(figure)


@pytest.mark.parametrize("days", [1, 155])
def test_it_is_readable(days: int):
    assert_readable(daily_revenue_figure(with_open(daily_of(days), 4)))


def test_large_amounts_and_one_large_day_fit():
    daily = daily_of(364)
    daily["net_revenue"] *= 1_000_000
    daily.iloc[-1, 1] *= 30

    assert_readable(daily_revenue_figure(daily))
