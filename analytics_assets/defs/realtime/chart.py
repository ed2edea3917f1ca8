"""Revenue by day: the last year with its moving average, and the usual week beside it."""

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


def revenue_days(daily: pd.DataFrame, most: int = MOST_DAYS) -> pd.DataFrame:
    """Return what is drawn on the left: every day of the last ``most`` up to the newest.

    Args:
        daily: order_day and net_revenue of daily_business_metrics.
        most: days drawn, less where the history is shorter.

    Returns:
        order_day, net_revenue (0 on a day without an order), average: the mean of the
        ``AVERAGE_DAYS`` days up to it, NaN while there are fewer.
    """
    revenue = pd.Series(
        daily["net_revenue"].astype(float).to_numpy(), index=pd.to_datetime(daily["order_day"])
    )
    if revenue.empty:
        return pd.DataFrame({"order_day": [], "net_revenue": [], "average": []})
    every = pd.date_range(revenue.index.min(), revenue.index.max())
    revenue = revenue.reindex(every, fill_value=0.0)
    average = revenue.rolling(AVERAGE_DAYS).mean()
    days = pd.DataFrame({"net_revenue": revenue, "average": average}).tail(most)
    return days.rename_axis("order_day").reset_index()


def weekday_means(days: pd.DataFrame) -> pd.DataFrame:
    """Return what is drawn on the right, one row per weekday from Monday.

    Returns:
        weekday, mean_revenue (NaN for a weekday that is not among the days), stands_out: how many
        standard errors its mean is from the median weekday's, NaN with fewer than four such days.
    """
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
    """Return the title: the last 28 days against the 28 before, and the weekdays that stand out."""
    if days.empty:
        return "No orders yet"
    last = days["net_revenue"].tail(AVERAGE_DAYS).sum()
    before = days["net_revenue"].iloc[-2 * AVERAGE_DAYS : -AVERAGE_DAYS].sum()
    if len(days) < 2 * AVERAGE_DAYS or before <= 0:
        trend = f"Revenue of {days['net_revenue'].sum():,.0f} in {len(days)} days"
    else:
        change = last / before - 1
        trend = (
            f"Revenue of the last {AVERAGE_DAYS} days is "
            + (
                f"{percent(abs(change))} {'above' if change > 0 else 'below'}"
                if change
                else "that of"
            )
            + f" the {AVERAGE_DAYS} days before"
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
        f"count as 0. Orange: mean of {AVERAGE_DAYS} days up to a day; dashed: mean of all days.",
        body=340,
    )
    left, right = figure.subplots(1, 2, width_ratios=(3, 1), sharey=False)
    left.fill_between(
        days["order_day"], days["net_revenue"], step="mid", color=BLUE, alpha=0.35, lw=0
    )
    left.plot(days["order_day"], days["average"], color=ORANGE, linewidth=2.5)
    right.bar(range(7), week["mean_revenue"].fillna(0), color=BLUE, width=0.8)
    right.axhline(days["net_revenue"].mean(), color=INK, linewidth=1, linestyle="--")
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


def _label_days(drawn: Axes, days: pd.DataFrame) -> None:
    """Write at most seven evenly spaced days below; matplotlib's own choice can overlap."""
    step = max(1, int(np.ceil(len(days) / 6)))
    shown = days["order_day"].iloc[step // 2 :: step]
    form = "%b %Y" if len(days) > 150 else "%d %b"
    drawn.set_xticks(list(shown), [f"{day:{form}}" for day in shown])
    margin = pd.Timedelta(days=max(1, len(days) // 25))
    drawn.set_xlim(days["order_day"].iloc[0] - margin, days["order_day"].iloc[-1] + margin)
