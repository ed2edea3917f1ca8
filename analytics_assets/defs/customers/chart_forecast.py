"""The forecast's total beside last year's, and how its churn came true a year ago, by tenths."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analytics_assets.defs.customers.customer_value_forecast import (
    FIT_DID_NOT_CONVERGE,
    HISTORY_UNDER_TWO_YEARS,
    HOLDOUT_ERROR_TOO_LARGE,
    LEVEL_OUT_OF_RANGE,
    MIN_ACTIVE_CUSTOMERS,
    MIN_REPEAT_CUSTOMERS,
    NOBODY_SEEN_TO_LEAVE,
    ORDER_VALUES_CHANGED,
    TOO_FEW_CUSTOMERS_A_YEAR_AGO,
    TOO_FEW_REPEAT_CUSTOMERS,
    ForecastReport,
)
from analytics_assets.lib.charts.canvas import (
    BLUE,
    INK,
    LABEL_POINTS,
    LINE,
    ORANGE,
    canvas,
    legend_above,
    message,
    percent,
    quiet,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_BAR = 0.4
_GREY = "#8c8c8c"

_REASONS = {
    HISTORY_UNDER_TWO_YEARS: "the first purchase is less than two years back",
    TOO_FEW_REPEAT_CUSTOMERS: (
        f"fewer than {MIN_REPEAT_CUSTOMERS} customers had bought again a year ago"
    ),
    TOO_FEW_CUSTOMERS_A_YEAR_AGO: (
        f"fewer than {MIN_ACTIVE_CUSTOMERS} customers were active a year ago"
    ),
    NOBODY_SEEN_TO_LEAVE: "no customer was seen to leave yet",
    FIT_DID_NOT_CONVERGE: "the models do not fit these purchases",
    ORDER_VALUES_CHANGED: "a purchase day is worth 20 % less or 25 % more than a year ago",
    LEVEL_OUT_OF_RANGE: "the models and last year's customers differ by a factor of two",
}


def forecast_finding(report: ForecastReport) -> str:
    """Return the title: the total and how far it can be trusted, or why there is none."""
    if report.refusal == HOLDOUT_ERROR_TOO_LARGE and report.holdout:
        return f"No forecast: made a year ago, it would have been {_off(report)}"
    if report.refusal or report.expected_revenue is None:
        return f"No forecast: {_REASONS.get(report.refusal or '', report.refusal)}"
    trust = (
        f"made a year ago, the forecast would have been {_off(report)}"
        if report.holdout
        else "level not yet verified"
    )
    return (
        f"Today's customers are expected to bring {report.expected_revenue:,.0f} in the next "
        f"365 days; {trust}"
    )


def totals(report: ForecastReport) -> pd.DataFrame:
    """Return the totals of revenue that are drawn: name, revenue; those that are known."""
    rows: list[tuple[str, float | None]] = [
        ("forecast", report.expected_revenue),
        ("last 365 days", report.last_year_revenue),
    ]
    if report.holdout:
        rows += [
            ("made a year ago", report.holdout.expected_revenue),
            ("what came of it", report.holdout.actual_revenue),
        ]
    return pd.DataFrame(
        [(name, value) for name, value in rows if value is not None], columns=["name", "revenue"]
    )


def forecast_figure(report: ForecastReport, as_of_date: datetime.date) -> Figure:
    """Return churn by tenths beside the totals; without a hold-out the totals alone."""
    title = forecast_finding(report)
    if report.expected_revenue is None and report.holdout is None:
        return message(
            title,
            f"{report.buyers:,} buyers, {report.active_customers:,} of them with a purchase in the "
            f"365 days up to {as_of_date}; those days brought {report.last_year_revenue:,.0f}",
        )
    subtitle = (
        f"{report.buyers:,} buyers as of {as_of_date}. The last 365 days hold the revenue of "
        "customers who were new then; the forecast holds no new customers."
    )
    if report.holdout:
        subtitle += (
            f" Left: {report.holdout.customers:,} buyers of a year ago in tenths by "
            "churn_probability, and how many of each did not buy since."
        )
    figure = canvas(title, subtitle, body=340)
    if report.holdout:
        churn, bars = figure.subplots(1, 2, width_ratios=[3, 2])
        _draw_tenths(churn, report.holdout.tenths)
    else:
        bars = figure.subplots()
    _draw_totals(bars, totals(report))
    return figure


def _draw_tenths(drawn: Axes, tenths: pd.DataFrame) -> None:
    quiet(drawn)
    places = np.arange(len(tenths))
    for offset, column, label, colour in (
        (-0.5, "churn_probability", "said a year ago", BLUE),
        (0.5, "did_not_buy", "did not buy since", ORANGE),
    ):
        drawn.bar(places + offset * _BAR, tenths[column], _BAR, color=colour, label=label)
    drawn.set_xticks(places, [str(place + 1) for place in places])
    drawn.set_ylim(0, 1)
    drawn.yaxis.set_major_formatter(lambda value, _: percent(value))
    drawn.set_xlabel("tenth of the buyers, the most loyal first")
    drawn.set_axisbelow(True)
    drawn.grid(axis="y", color=LINE, linewidth=0.5)
    legend_above(drawn)


def _draw_totals(drawn: Axes, bars: pd.DataFrame) -> None:
    quiet(drawn)
    places = np.arange(len(bars))
    colours = {"forecast": BLUE, "made a year ago": BLUE, "what came of it": ORANGE}
    drawn.barh(
        places, bars["revenue"], 0.6, color=[colours.get(name, _GREY) for name in bars["name"]]
    )
    for place, value in zip(places, bars["revenue"], strict=True):
        drawn.annotate(
            f"{value:,.0f}",
            (value, place),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=LABEL_POINTS - 1,
            color=INK,
        )
    drawn.set_yticks(places, bars["name"])
    drawn.set_xticks([])
    drawn.set_xlim(0, 1.4 * max(float(bars["revenue"].max()), 1e-9))
    drawn.set_ylim(max(len(bars), 3) - 0.5, -0.5)
    drawn.set_xlabel("revenue, in the shop's currency")


def _off(report: ForecastReport) -> str:
    """Return by how much the hold-out missed, in revenue or in purchase days if that is more."""
    holdout = report.holdout
    if holdout is None:
        return ""
    if not np.isfinite(holdout.error):
        return "wrong: nobody bought since"
    by_orders = holdout.orders_error > holdout.revenue_error
    expected, actual, what = (
        (holdout.expected_orders, holdout.actual_orders, "of purchase days")
        if by_orders
        else (holdout.expected_revenue, holdout.actual_revenue, "of revenue")
    )
    return f"{percent(holdout.error)} {'above' if expected > actual else 'below'} what came {what}"
