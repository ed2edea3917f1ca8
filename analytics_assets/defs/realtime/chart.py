"""Revenue by day: the last year with its moving average, and the usual week beside it.

Periods are compared over settled days only. In the newest days many orders are still open, so
their revenue always looks like a crash; they are drawn, shaded, and in no average.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analytics_assets.lib.charts.canvas import (
    BLUE,
    INK,
    LABEL_POINTS,
    LINE,
    ORANGE,
    canvas,
    message,
    percent,
    quiet,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_DAYS = 364  # whole weeks, so that each weekday counts alike
AVERAGE_DAYS = 28
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# Of seven weekdays none should stand out by chance: 0.3 % each, 2 % in all.
_STANDS_OUT = 3.0
_DAY = "%-d %b %Y"


def revenue_days(daily: pd.DataFrame, most: int = MOST_DAYS) -> pd.DataFrame:
    """Return what is drawn on the left: every day of the last ``most`` up to the newest.

    Args:
        daily: order_day, net_revenue and is_settled of daily_business_metrics.
        most: days drawn, less where the history is shorter.

    Returns:
        order_day, net_revenue (0 on a day without an order), is_settled (a day without an order is
        settled where the days before it are), average: the mean of the ``AVERAGE_DAYS`` days up to
        a settled one, NaN while there are fewer and where orders are still open.
    """
    daily = daily.dropna(subset=["order_day"])
    on = pd.to_datetime(daily["order_day"])
    revenue = pd.Series(daily["net_revenue"].astype(float).to_numpy(), index=on)
    if revenue.empty:
        return pd.DataFrame({"order_day": [], "net_revenue": [], "is_settled": [], "average": []})
    every = pd.date_range(revenue.index.min(), revenue.index.max())
    revenue = revenue.reindex(every, fill_value=0.0)
    first_open = on[~daily["is_settled"].astype(bool)].min()
    settled = pd.Series(pd.isna(first_open) | (every < first_open), index=every)
    average = revenue.rolling(AVERAGE_DAYS).mean().where(settled)
    days = pd.DataFrame({"net_revenue": revenue, "is_settled": settled, "average": average})
    return days.tail(most).rename_axis("order_day").reset_index()


def weekday_means(days: pd.DataFrame) -> pd.DataFrame:
    """Return what is drawn on the right, one row per weekday from Monday, over settled days.

    Returns:
        weekday, mean_revenue (NaN for a weekday that is not among the days), stands_out: how many
        standard errors its mean is from the median weekday's, NaN with fewer than four such days.
    """
    days = days[days["is_settled"].astype(bool)]
    weekday = pd.to_datetime(days["order_day"]).dt.day_of_week
    of_a_weekday = days["net_revenue"].groupby(weekday).agg(["mean", "sem", "size"])
    week = of_a_weekday.reindex(range(len(WEEKDAYS)))
    # The median, since a closed day would make every other one stand out from the mean.
    distance = (week["mean"] - week["mean"].median()) / week["sem"].replace(0, np.nan)
    return pd.DataFrame(
        {
            "weekday": WEEKDAYS,
            "mean_revenue": week["mean"],
            "stands_out": distance.where(week["size"] >= 4),
        }
    )


def daily_revenue_finding(days: pd.DataFrame, week: pd.DataFrame) -> str:
    """Return the title: the last 28 settled days against the 28 before, and the weekdays."""
    if days.empty:
        return "No orders yet"
    settled = days[days["is_settled"].astype(bool)]
    if settled.empty:
        return (
            f"No settled days to compare: orders of {days['order_day'].iloc[0]:{_DAY}} and since "
            "are still open"
        )
    until = f"to {settled['order_day'].iloc[-1]:{_DAY}}"
    last = settled["net_revenue"].tail(AVERAGE_DAYS).sum()
    before = settled["net_revenue"].iloc[-2 * AVERAGE_DAYS : -AVERAGE_DAYS].sum()
    if len(settled) < 2 * AVERAGE_DAYS or before <= 0:
        trend = (
            f"Revenue of {settled['net_revenue'].sum():,.0f} in {len(settled)} settled days "
            f"({until})"
        )
    else:
        change = last / before - 1
        compared = f"{percent(abs(change))} {'above' if change > 0 else 'below'}"
        trend = (
            f"Revenue of the last {AVERAGE_DAYS} settled days ({until}) is "
            f"{compared if change else 'that of'} the {AVERAGE_DAYS} before"
        )
    return f"{trend}; {_weekday_finding(week)}"


def _weekday_finding(week: pd.DataFrame) -> str:
    closed = week.loc[week["mean_revenue"] == 0, "weekday"]
    judged = week.dropna(subset=["stands_out"]).sort_values("mean_revenue")
    parts = []
    if len(judged) and judged["stands_out"].iloc[-1] >= _STANDS_OUT:
        parts.append(f"{judged['weekday'].iloc[-1]}s bring most")
    if len(closed):
        parts.append(f"{' and '.join(f'{name}s' for name in closed)} nothing")
    elif len(judged) and judged["stands_out"].iloc[0] <= -_STANDS_OUT:
        parts.append(f"{judged['weekday'].iloc[0]}s least")
    return ", ".join(parts) or "no weekday stands out"


def daily_revenue_figure(daily: pd.DataFrame) -> Figure:
    """Return the days and the week; ``daily`` is as ``revenue_days`` takes it."""
    days = revenue_days(daily)
    week = weekday_means(days)
    title = daily_revenue_finding(days, week)
    if days.empty:
        return message(title, "daily_business_metrics has no rows")
    first, newest = days["order_day"].iloc[0], days["order_day"].iloc[-1]
    figure = canvas(
        title,
        f"net_revenue of {len(days)} days from {first:%Y-%m-%d} to the newest, "
        f"{newest:%Y-%m-%d}; revenue orders only, in the shop's currency; days without an order "
        f"count as 0. Orange: mean of {AVERAGE_DAYS} days up to a day; dashed: mean of all settled "
        f"days.{_open_days(days)}",
        body=340,
    )
    left, right = figure.subplots(1, 2, width_ratios=(3, 1), sharey=False)
    left.fill_between(
        days["order_day"], days["net_revenue"], step="mid", color=BLUE, alpha=0.35, lw=0
    )
    left.plot(days["order_day"], days["average"], color=ORANGE, linewidth=2.5)
    right.bar(range(7), week["mean_revenue"].fillna(0), color=BLUE, width=0.8)
    settled = days["is_settled"].astype(bool)
    if settled.any():
        right.axhline(days["net_revenue"][settled].mean(), color=INK, linewidth=1, linestyle="--")
    if not settled.all():
        half_a_day = pd.Timedelta(hours=12)
        first_open = days["order_day"][~settled].iloc[0]
        left.axvspan(first_open - half_a_day, newest + half_a_day, color=LINE, alpha=0.6, lw=0)
    right.set_xticks(range(7), [name[:2] for name in WEEKDAYS])
    right.set_title("mean by weekday", fontsize=LABEL_POINTS)
    left.set_title("revenue by day", fontsize=LABEL_POINTS)
    for drawn in (left, right):
        quiet(drawn)
        drawn.set_ylim(bottom=0)
        drawn.set_axisbelow(True)
        drawn.grid(axis="y", color=LINE, linewidth=0.5)
        drawn.yaxis.set_major_formatter("{x:,.10g}")
    _label_days(left, days)
    return figure


def _open_days(days: pd.DataFrame) -> str:
    """Return the sentence about the shaded days, if there are any."""
    not_settled = days[~days["is_settled"].astype(bool)]
    if not_settled.empty:
        return ""
    return (
        f" Shaded: from {not_settled['order_day'].iloc[0]:%Y-%m-%d} on, where orders of 5 % or "
        "more of a day's amount are still open; in no average."
    )


def _label_days(drawn: Axes, days: pd.DataFrame) -> None:
    """Write at most seven evenly spaced days below; matplotlib's own choice can overlap."""
    step = max(1, int(np.ceil(len(days) / 6)))
    shown = days["order_day"].iloc[step // 2 :: step]
    form = "%b %Y" if len(days) > 150 else "%d %b"
    drawn.set_xticks(list(shown), [f"{day:{form}}" for day in shown])
    margin = pd.Timedelta(days=max(1, len(days) // 25))
    drawn.set_xlim(days["order_day"].iloc[0] - margin, days["order_day"].iloc[-1] + margin)
