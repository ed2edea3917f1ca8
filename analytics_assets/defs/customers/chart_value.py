"""Customer value as a distribution, with the lines between the tiers."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analytics_assets.lib.charts.canvas import (
    BLUE,
    INK,
    LINE,
    axes,
    canvas,
    legend_above,
    message,
    percent,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BINS_PER_DECADE = 10
# Above the rounding of a logarithm, below a cent in ten thousand million.
_ROUNDING = 1e-12
MOST_TICKS = 7
NOTHING_LEFT = "none_after_returns"
TIERS = {"low": "#a6cbe3", "medium": "#4f9bcb", "high": BLUE}


def value_bin(amount: str) -> str:
    """Return the SQL of an amount's bin; an exact power of ten begins one."""
    return (
        f"cast(floor({BINS_PER_DECADE} * ln(cast({amount} as double)) / ln(10.0) + {_ROUNDING})"
        " as integer)"
    )


def value_bars(bins: pd.DataFrame) -> pd.DataFrame:
    """Return what is drawn: buyers by revenue, on a logarithmic scale, a bar a bin and tier.

    Args:
        bins: value_tier, value_bin, customers, revenue; the bin b holds revenue from
            10^(b / BINS_PER_DECADE) up to the next one's start. NULL bins hold who never bought
            and who sent all of it back.

    Returns:
        value_tier, left, width, bottom, customers: the bars of a bin stand on one another, the
        lowest tier below.
    """
    buyers = bins.dropna(subset=["value_bin"])
    buyers = buyers.assign(order=buyers["value_tier"].map(list(TIERS).index))
    buyers = buyers.sort_values(["value_bin", "order"], ignore_index=True)
    edges = buyers["value_bin"].astype(float) / BINS_PER_DECADE
    stacked = buyers.groupby("value_bin")["customers"].cumsum()
    return pd.DataFrame(
        {
            "value_tier": buyers["value_tier"],
            "left": 10**edges,
            "width": 10 ** (edges + 1 / BINS_PER_DECADE) - 10**edges,
            "bottom": stacked - buyers["customers"],
            "customers": buyers["customers"],
        }
    )


def customer_value_finding(bins: pd.DataFrame, high_value_threshold: float) -> str:
    """Return the title: how many buyers are of high value, and what they bring."""
    buyers = bins.dropna(subset=["value_bin"])
    if buyers.empty:
        return "No customer has bought anything yet"
    high = buyers[buyers["value_tier"] == "high"]
    if high.empty:
        return f"No buyer has brought {high_value_threshold:,.10g} or more yet"
    customers, revenue = (
        float(high[column].sum()) / float(buyers[column].sum())
        for column in ("customers", "revenue")
    )
    return (
        f"{percent(customers)} of buyers are of high value and bring {percent(revenue)} of the "
        "revenue"
    )


def customer_value_figure(
    bins: pd.DataFrame, high_value_threshold: float, as_of_date: datetime.date | None
) -> Figure:
    """Return the distribution; ``bins`` is as ``value_bars`` takes it."""
    bars = value_bars(bins)
    left_out = bins[bins["value_bin"].isna()].groupby("value_tier")["customers"].sum()
    sent_back = int(left_out.get(NOTHING_LEFT, 0))
    without = int(left_out.sum()) - sent_back
    title = customer_value_finding(bins, high_value_threshold)
    subtitle = (
        f"{bars['customers'].sum():,} customers by total_revenue to date, net of returns, in the "
        f"shop's currency, as of {as_of_date}; left out are {without:,} who never bought"
        + (f" and {sent_back:,} who sent all of it back" if sent_back else "")
    )
    if bars.empty:
        return message(title, subtitle)
    figure = canvas(title, subtitle, body=380)
    drawn = axes(figure)
    lines = {"medium": high_value_threshold / 2, "high": high_value_threshold}
    for tier, colour in TIERS.items():
        part = bars[bars["value_tier"] == tier]
        drawn.bar(
            part["left"],
            part["customers"],
            part["width"],
            part["bottom"],
            align="edge",
            color=colour,
            edgecolor="white",
            linewidth=0.5,
        )
        # By a bar of no height, since a tier without customers has no bar to show its colour.
        words = f"{tier}: {lines[tier]:,.10g} or more" if tier in lines else tier
        drawn.bar(high_value_threshold, 0, color=colour, label=words)
    for value in lines.values():
        drawn.axvline(value, color=INK, linewidth=1, linestyle="--")
    legend_above(drawn)
    left = min(bars["left"].min(), lines["medium"]) / 2
    right = max((bars["left"] + bars["width"]).max(), lines["high"]) * 2
    drawn.set_xscale("log")
    drawn.set_xlim(left, right)
    decades = np.arange(np.ceil(np.log10(left)), np.floor(np.log10(right)) + 1)
    drawn.set_xticks(list(10.0 ** decades[:: -(-len(decades) // MOST_TICKS)]))
    drawn.xaxis.set_major_formatter(lambda value, _: f"{value:,.10g}")
    drawn.minorticks_off()
    drawn.set_axisbelow(True)
    drawn.grid(axis="y", color=LINE, linewidth=0.5)
    drawn.yaxis.set_major_formatter("{x:,.10g}")
    drawn.locator_params(axis="y", integer=True)
    drawn.set_xlabel("total_revenue of the customer, logarithmic")
    drawn.set_ylabel("customers")
    return figure
