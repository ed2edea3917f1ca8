"""The history as a picture: active customers and net sales of 28 days, over the days filled.

Rows that were not settled when they were filled look too low; they are drawn pale, and nothing is
compared with them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from analytics_assets.lib.charts.canvas import BLUE, LINE, ORANGE, canvas, message, percent, quiet

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLUMNS = ("as_of_date", "is_settled", "active_customers", "net_sales_28d")
_MOST_DAYS = 3 * 365
_YEAR = pd.Timedelta(days=364)  # whole weeks
_NEAR = pd.Timedelta(days=7)
_LINES = (
    ("active_customers", "active customers", BLUE),
    ("net_sales_28d", "net sales of 28 days", ORANGE),
)


def history_days(history: pd.DataFrame) -> pd.DataFrame:
    """Return the rows in order, by as_of_date, figures as floats, the newest three years.

    Args:
        history: ``COLUMNS`` of shop_history, in any order.
    """
    days = history.assign(as_of_date=pd.to_datetime(history["as_of_date"])).set_index("as_of_date")
    figures = days.drop(columns="is_settled").astype(float)
    rows = figures.assign(is_settled=days["is_settled"].astype(bool)).sort_index()
    is_new: pd.Series = rows.index > rows.index.max() - pd.Timedelta(days=_MOST_DAYS)
    return rows[is_new]


def compared(days: pd.DataFrame) -> tuple[pd.Series, pd.Series | None, str]:
    """Return the newest settled row, the one it is compared with, and what that one is called.

    That of a year before, at most a week off; without one, the first. None where there is no other.
    Where nothing is settled every row counts.
    """
    rows = days[days["is_settled"]] if days["is_settled"].any() else days
    newest = rows.iloc[-1]
    year_ago = rows.index[-1] - _YEAR
    near = rows.index[abs(rows.index - year_ago) <= _NEAR]
    if len(near):
        return newest, rows.loc[near[abs(near - year_ago).argmin()]], "a year before"
    if len(rows) == 1:
        return newest, None, ""
    return newest, rows.iloc[0], f"on {rows.index[0]:%Y-%m-%d}"


def history_finding(days: pd.DataFrame) -> str:
    """Return the title: active customers and net sales against a year before."""
    if days.empty:
        return "No day is filled yet"
    newest, earlier, when = compared(days)
    start = f"{newest['active_customers']:,.0f} active customers on {newest.name:%Y-%m-%d}"
    if earlier is None:
        return start
    customers = _change(newest["active_customers"], earlier["active_customers"])
    sales = _change(newest["net_sales_28d"], earlier["net_sales_28d"])
    many = {1: "more than", -1: "fewer than", 0: "as many as"}[_sign(customers)]
    money = {1: "up", -1: "down", 0: "unchanged"}[_sign(sales)]
    return (
        f"{start}, {_share(customers)}{many} {when}; net sales of 28 days are {money} "
        f"{_share(sales)}"
    ).rstrip()


def _change(now: float, before: float) -> float:
    """Return the change as a share; 0 where it rounds to no percent or nothing was there before."""
    change = now / before - 1 if before > 0 else 0.0
    return 0.0 if percent(abs(change)) in ("0 %", "0.0 %") else change


def _sign(change: float) -> int:
    return int(change > 0) - int(change < 0)


def _share(change: float) -> str:
    return f"{percent(abs(change))} " if change else ""


def history_figure(history: pd.DataFrame) -> Figure:
    """Return both lines by day, one below the other; ``history`` has ``COLUMNS``."""
    days = history_days(history)
    title = history_finding(days)
    if days.empty:
        return message(title, "shop_history has no rows")
    about = (
        f"{len(days):,} days from {days.index[0]:%Y-%m-%d} to {days.index[-1]:%Y-%m-%d}, each as "
        "all was at its end. Net sales are those of the 28 days up to it, less what came back of "
        "them by then."
    )
    if not days["is_settled"].all():
        about += " Hollow: orders were still open when the day was filled, so it may rise."
    figure = canvas(title, about, body=430)
    form = "%b %Y" if days.index[-1] - days.index[0] > pd.Timedelta(days=150) else "%d %b"
    for drawn, (name, words, colour) in zip(
        figure.subplots(2, 1, sharex=True), _LINES, strict=True
    ):
        quiet(drawn)
        drawn.plot(days.index, days[name], color=colour, linewidth=1.6)
        still_open = days[~days["is_settled"]]
        drawn.plot(
            still_open.index, still_open[name], "o", color=colour, markerfacecolor="white", ms=5
        )
        drawn.set_title(words, loc="left", fontsize=10, color=colour)
        lowest, highest = float(days[name].min()), float(days[name].max())
        drawn.set_ylim(min(0.0, 1.1 * lowest), max(1.0, 1.1 * highest))
        drawn.set_axisbelow(True)
        drawn.grid(axis="y", color=LINE, linewidth=0.5)
        drawn.yaxis.set_major_formatter("{x:,.10g}")
        ticks = pd.date_range(days.index[0], days.index[-1], periods=min(6, len(days)))[:-1]
        margin = pd.Timedelta(days=max(1, (days.index[-1] - days.index[0]).days // 25))
        drawn.set_xlim(days.index[0] - margin, days.index[-1] + margin)
        drawn.set_xticks(
            list(ticks if len(ticks) else days.index),
            [f"{day:{form}}" for day in (ticks if len(ticks) else days.index)],
        )
    return figure
