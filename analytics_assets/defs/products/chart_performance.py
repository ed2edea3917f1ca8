"""The best sellers: what stayed sold, what came back, and how much of each product that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytics_assets.lib.charts.canvas import (
    BLUE,
    LABEL_POINTS,
    LINE,
    PALE_INK,
    VERMILION,
    axes,
    canvas,
    has_glyphs,
    legend_above,
    message,
    percent,
    plain,
    shortened,
)

if TYPE_CHECKING:
    import datetime

    import pandas as pd
    from matplotlib.figure import Figure

SHOWN = 15


def best_sellers(products: pd.DataFrame) -> pd.DataFrame:
    """Return the ``SHOWN`` products with the most sales, best first; ties by product_id.

    Args:
        products: product_id, product_name, sales, returned_amount, net_sales, units_sold,
            units_returned, return_rate and return_rate_lower_bound of product_performance.
    """
    sold = products[products["sales"] > 0]
    return sold.sort_values(["sales", "product_id"], ascending=[False, True]).head(SHOWN)


def performance_finding(products: pd.DataFrame) -> str:
    """Return the title: how much comes back, and of which product surely the most."""
    sales = float(products["sales"].sum())
    if sales <= 0:
        return "No product has been sold"
    best = best_sellers(products).iloc[0]
    first = f"{_name(best)} sells most, {percent(float(best['sales']) / sales)} of all"
    share = float(products["returned_amount"].sum()) / sales
    if not share:
        return f"{first}; nothing came back"
    overall = float(products["units_returned"].sum()) / float(products["units_sold"].sum())
    surely = products.sort_values(
        ["return_rate_lower_bound", "product_id"], ascending=[False, True], na_position="last"
    ).iloc[0]
    worst = ""
    if surely["return_rate_lower_bound"] > overall:
        worst = f", and {percent(surely['return_rate'])} of the units of {_name(surely)}"
    return f"{first}; {percent(share)} of all sales came back{worst}"


def performance_figure(products: pd.DataFrame, as_of_date: datetime.date) -> Figure:
    """Return the best sellers as bars; ``products`` is as ``best_sellers`` takes it."""
    title = performance_finding(products)
    shown = best_sellers(products)
    if shown.empty:
        return message(title, "product_performance has no product with sales")
    figure = canvas(
        title,
        f"sales of the {len(shown)} best of {len(products):,} products, all time up to "
        f"{as_of_date}; beside each the share of its units that came back, by the sale's day",
        body=24 * len(shown) + 70,
    )
    drawn = axes(figure)
    places = range(len(shown))
    returned = shown["returned_amount"].astype(float).clip(lower=0)
    kept = (shown["sales"].astype(float) - returned).clip(lower=0)
    drawn.barh(places, kept, color=BLUE, height=0.7, label="net sales")
    drawn.barh(places, returned, left=kept, color=VERMILION, height=0.7, label="came back")
    ends = (kept + returned).to_list()
    for place, end, rate in zip(places, ends, shown["return_rate"], strict=True):
        text = f"{percent(rate)} back" if rate > 0 else ""
        drawn.annotate(
            text,
            (end, place),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=LABEL_POINTS,
            color=PALE_INK,
        )
    drawn.set_yticks(list(places), [plain(_name(row)) for _, row in shown.iterrows()])
    drawn.set(ylim=(len(shown) - 0.4, -0.6), xlim=(0, 1.12 * max(ends)))
    drawn.xaxis.set_major_formatter("{x:,.10g}")
    drawn.set_axisbelow(True)
    drawn.grid(axis="x", color=LINE, linewidth=0.5)
    legend_above(drawn)
    return figure


def _name(product: pd.Series) -> str:
    name = product["product_name"]
    readable = isinstance(name, str) and name.strip() and has_glyphs(name)
    return shortened(str(name if readable else product["product_id"]), 32)
