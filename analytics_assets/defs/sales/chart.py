"""Sales by day: what was sold, what was given back, and what went to new customers.

Periods are compared over settled days only, and by the day of the return: what was sold last comes
back later, so net sales by the day of the sale always look best in the newest days.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analytics_assets.lib.charts.canvas import (
    BLUE,
    LINE,
    ORANGE,
    VERMILION,
    axes,
    canvas,
    legend_above,
    message,
    percent,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_DAYS = 364
AVERAGE_DAYS = 28
COLUMNS = ("order_day", "sales", "returned_this_day", "net_cash", "new_customer_sales")
_LINES = (
    ("sales", "sales", BLUE),
    ("net_cash", "less what came back these days", ORANGE),
    ("new_customer_sales", "to new customers", VERMILION),
)


def sales_days(daily: pd.DataFrame) -> pd.DataFrame:
    """Return the days in order, by order_day, amounts as floats, with is_settled.

    Args:
        daily: ``COLUMNS`` and is_settled of daily_sales, where no day is missing.
    """
    days = daily.assign(order_day=pd.to_datetime(daily["order_day"])).set_index("order_day")
    return days.astype(float).assign(is_settled=days["is_settled"].astype(bool)).sort_index()


def sales_finding(days: pd.DataFrame) -> str:
    """Return the title: the last 28 settled days against the 28 before, returns, new customers."""
    if days.empty:
        return "No sales yet"
    settled = days[days["is_settled"]]
    last, before = settled.tail(AVERAGE_DAYS), settled.iloc[-2 * AVERAGE_DAYS : -AVERAGE_DAYS]
    sales, earlier = last["sales"].sum(), before["sales"].sum()
    if not sales > 0:
        return f"No sales in the last {AVERAGE_DAYS} settled days"
    until = f"to {last.index[-1]:%-d %b %Y}"
    if len(before) < AVERAGE_DAYS or not earlier > 0:
        trend = f"Sales of {sales:,.0f} in {len(last)} settled days ({until})"
    else:
        change = sales / earlier - 1
        compared = f"{percent(abs(change))} {'above' if change > 0 else 'below'}"
        trend = (
            f"Sales of the last {AVERAGE_DAYS} settled days ({until}) are "
            f"{compared if change else 'those of'} the {AVERAGE_DAYS} before"
        )
    back = percent(last["returned_this_day"].sum() / sales)
    new = percent(last["new_customer_sales"].sum() / sales)
    return f"{trend}; returns of these days are {back} of them, new customers {new}"


def sales_figure(daily: pd.DataFrame) -> Figure:
    """Return the lines by day; ``daily`` is as ``sales_days`` takes it."""
    days = sales_days(daily)
    title = sales_finding(days)
    if days.empty:
        return message(title, "daily_sales has no rows")
    means = days[[name for name, *_ in _LINES]].rolling(AVERAGE_DAYS, min_periods=1).mean()
    shown = means.where(days["is_settled"]).tail(MOST_DAYS)
    is_open = ~days["is_settled"].tail(MOST_DAYS)
    about = (
        f"Means of the {AVERAGE_DAYS} days up to a settled day, from {shown.index[0]:%Y-%m-%d} to "
        f"{shown.index[-1]:%Y-%m-%d}; sales after discounts, in the shop's currency."
    )
    if is_open.any():
        first_open = shown.index[is_open][0]
        about += (
            f" Shaded: from {first_open:%Y-%m-%d} on, where 5 % or more of a day's amount is in "
            "orders still open."
        )
    figure = canvas(title, about, body=330)
    drawn = axes(figure)
    for name, words, colour in _LINES:
        drawn.plot(shown.index, shown[name], color=colour, linewidth=2.2, label=words)
    if is_open.any():
        half_a_day = pd.Timedelta(hours=12)
        drawn.axvspan(
            first_open - half_a_day, shown.index[-1] + half_a_day, color=LINE, alpha=0.6, lw=0
        )
    ticks = shown.index[max(1, int(np.ceil(len(shown) / 6))) // 2 :: max(1, -(-len(shown) // 6))]
    form = "%b %Y" if len(shown) > 150 else "%d %b"
    drawn.set_xticks(list(ticks), [f"{day:{form}}" for day in ticks])
    margin = pd.Timedelta(days=max(1, len(shown) // 25))
    drawn.set_xlim(shown.index[0] - margin, shown.index[-1] + margin)
    drawn.set_ylim(bottom=min(0.0, float(np.nanmin(shown.to_numpy(), initial=0.0))))
    drawn.set_axisbelow(True)
    drawn.grid(axis="y", color=LINE, linewidth=0.5)
    drawn.yaxis.set_major_formatter("{x:,.10g}")
    legend_above(drawn)
    return figure
