"""Forecast calibration: what the models, fitted to the past, said of days already known."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analytics_assets.defs.customers.customer_value_forecast import (
    FIT_DID_NOT_CONVERGE,
    MIN_REPEAT_CUSTOMERS,
    TOO_FEW_REPEAT_CUSTOMERS,
    ForecastReport,
)
from analytics_assets.lib.charts.canvas import (
    BLUE,
    LABEL_POINTS,
    LINE,
    ORANGE,
    PALE_INK,
    axes,
    canvas,
    legend_above,
    message,
    percent,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_BAR = 0.4


def calibration_bars(report: ForecastReport) -> pd.DataFrame:
    """Return what is drawn, one row a group of customers with equally many repeat purchase days.

    Returns:
        repeat_purchase_days (text, such as ``3`` or ``7+`` for the open last group), customers,
        predicted and actual: purchase days a customer in the hold-out. No rows without a hold-out.
    """
    groups = report.holdout.by_frequency if report.holdout else ()
    last = len(groups) - 1
    rows = [
        (
            f"{group.repeat_purchase_days}{'+' if 0 < position == last else ''}",
            group.customers,
            group.predicted_purchase_days / group.customers,
            group.actual_purchase_days / group.customers,
        )
        for position, group in enumerate(groups)
    ]
    return pd.DataFrame(rows, columns=["repeat_purchase_days", "customers", "predicted", "actual"])


def calibration_finding(report: ForecastReport) -> str:
    """Return the title: how far the forecast was off, or why there is none."""
    if report.refusal == TOO_FEW_REPEAT_CUSTOMERS or not report.holdout:
        return (
            f"No forecast: fewer than {MIN_REPEAT_CUSTOMERS} customers had bought again before the "
            "hold-out"
        )
    if report.refusal == FIT_DID_NOT_CONVERGE:
        return "No forecast: the models do not fit these purchases"
    holdout = report.holdout
    if holdout.error is None:
        return f"No forecast: nobody bought in the {holdout.days} days held out to judge it"
    side = "high" if holdout.predicted_purchase_days > holdout.actual_purchase_days else "low"
    off = f"{percent(holdout.error)} too {side} over the {holdout.days} days held out"
    return f"No forecast is given: it was {off}" if report.refusal else f"The forecast was {off}"


def calibration_figure(report: ForecastReport, as_of_date: datetime.date) -> Figure:
    """Return the bars of predicted beside actual purchase days a customer."""
    bars = calibration_bars(report)
    title = calibration_finding(report)
    if report.holdout is None or bars.empty:
        return message(
            title,
            f"{report.customers:,} customers, {report.repeat_customers:,} of them bought again; "
            f"as of {as_of_date}",
        )
    figure = canvas(
        title,
        f"{report.holdout.customers:,} customers known by the split, {report.holdout.days} days "
        f"before {as_of_date}; models fitted to what came before it. Below: how often they had "
        "bought again by then, and how many they are.",
        body=360,
    )
    drawn = axes(figure)
    places = np.arange(len(bars))
    for offset, column, colour in ((-0.5, "predicted", BLUE), (0.5, "actual", ORANGE)):
        drawn.bar(places + offset * _BAR, bars[column], _BAR, color=colour, label=column)
    names = [
        f"{days}\n{customers:,}"
        for days, customers in zip(bars["repeat_purchase_days"], bars["customers"], strict=True)
    ]
    drawn.set_xticks(places, names)
    drawn.set_xlim(-0.75, max(len(bars), 4) - 0.25)
    drawn.set_ylim(bottom=0)
    drawn.yaxis.set_major_formatter("{x:.10g}")
    drawn.set_ylabel("purchase days a customer, in the hold-out", color=PALE_INK)
    drawn.set_xlabel("repeat purchase days before the split, and customers")
    drawn.set_axisbelow(True)
    drawn.grid(axis="y", color=LINE, linewidth=0.5)
    drawn.xaxis.label.set_fontsize(LABEL_POINTS)
    legend_above(drawn)
    return figure
