"""Segments as bars: each one's share of the customers beside its share of the revenue."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analytics_assets.lib.charts.canvas import (
    BLUE,
    INK,
    LABEL_POINTS,
    ORANGE,
    axes,
    canvas,
    legend_above,
    message,
    percent,
    plain,
    shortened,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_BAR = 0.36


def segment_bars(segments: pd.DataFrame) -> pd.DataFrame:
    """Return what is drawn, the segment with the most revenue first.

    Args:
        segments: behavioral_segment, customers, revenue, one row per segment.

    Returns:
        behavioral_segment, customers, revenue, customer_share, revenue_share (0 to 1; NaN where
        there is no revenue at all).
    """
    bars = segments.sort_values(
        ["revenue", "customers", "behavioral_segment"],
        ascending=[False, False, True],
        ignore_index=True,
    )
    bars = bars[["behavioral_segment", "customers", "revenue"]]
    revenue = float(bars["revenue"].sum())
    return bars.assign(
        customer_share=bars["customers"] / bars["customers"].sum(),
        revenue_share=bars["revenue"].astype(float) / (revenue or np.nan),
    )


def segments_finding(bars: pd.DataFrame) -> str:
    """Return the title: the segment whose share of revenue exceeds its share of customers most."""
    if bars.empty:
        return "No customers yet"
    if bars["revenue_share"].isna().all():
        return "No revenue yet: no customer has bought anything"
    if len(bars) == 1:
        return f"Every customer is in the segment {bars['behavioral_segment'].iloc[0]}"
    best = bars.iloc[int((bars["revenue_share"] - bars["customer_share"]).argmax())]
    return (
        f"{percent(best['customer_share'])} of customers, the {best['behavioral_segment']}, bring "
        f"{percent(best['revenue_share'])} of the revenue"
    )


def segments_figure(segments: pd.DataFrame, as_of_date: datetime.date | None) -> Figure:
    """Return the bars; ``segments`` is as ``segment_bars`` takes it."""
    bars = segment_bars(segments)
    title = segments_finding(bars)
    subtitle = (
        f"{bars['customers'].sum():,} customers of customer_segmentation and their "
        f"{bars['revenue'].sum():,.0f} of revenue to date, net of returns, in the shop's "
        f"currency, as of {as_of_date}"
    )
    if bars.empty:
        return message(title, subtitle)
    figure = canvas(title, subtitle, body=max(140, 38 * len(bars) + 50))
    drawn = axes(figure)
    places = np.arange(len(bars))
    shares = (("customer_share", "customers", BLUE), ("revenue_share", "revenue", ORANGE))
    for offset, (column, name, colour) in zip((-0.5, 0.5), shares, strict=True):
        values = bars[column].fillna(0)
        drawn.barh(places + offset * _BAR, values, _BAR, color=colour, label=f"share of {name}")
        for place, value in zip(places, values, strict=True):
            drawn.annotate(
                percent(value),
                (value, place + offset * _BAR),
                xytext=(4, 0),
                textcoords="offset points",
                va="center",
                fontsize=LABEL_POINTS - 1,
                color=INK,
            )
    names = [plain(shortened(name, 28)) for name in bars["behavioral_segment"]]
    drawn.set_yticks(places, names)
    drawn.set_xticks([])
    largest = float(np.nanmax(bars[["customer_share", "revenue_share"]].to_numpy()))
    drawn.set(ylim=(len(bars) - 0.5, -0.5), xlim=(0, 1.1 * largest))
    legend_above(drawn)
    return figure
