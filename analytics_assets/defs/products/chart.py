"""Affinity as a matrix: how much more often two products meet than baskets like theirs explain."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analytics_assets.defs.products.affinity import is_related
from analytics_assets.lib.charts.canvas import (
    EMPTY,
    INK,
    LINE,
    PALE_INK,
    axes,
    canvas,
    has_glyphs,
    message,
    plain,
    quiet,
    shortened,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_PRODUCTS = 32
_LABEL_CHARACTERS = 22
_NO_CATEGORY = "no category"


def related_pairs(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return the related rows of the table product_affinity, the strongest first."""
    bound, q_value = (pairs[name].to_numpy() for name in ("adjusted_lift_lower_bound", "q_value"))
    return pairs[is_related(bound, q_value)].sort_values(
        ["adjusted_lift_lower_bound", "product_a_id", "product_b_id"],
        ascending=[False, True, True],
        ignore_index=True,
    )


def affinity_products(pairs: pd.DataFrame, most: int = MOST_PRODUCTS) -> pd.DataFrame:
    """Return the products drawn: those of the strongest related pairs, while there is room.

    Args:
        pairs: the table product_affinity.
        most: products that have room.

    Returns:
        product_id, name (the id where there is no name), category, position from 0: grouped by
        category, products without one last, and in a category in the order of their strongest pair.
    """
    strongest = related_pairs(pairs).reset_index(names="strength_rank")
    sides = [
        strongest[["strength_rank", *(f"product_{side}_{column}" for column in _OF_A_PRODUCT)]]
        .set_axis(["strength_rank", "product_id", "name", "category"], axis=1)
        .assign(side=side)
        for side in "ab"
    ]
    seen = pd.concat(sides).sort_values(["strength_rank", "side"])
    products = seen.drop_duplicates("product_id").head(most)
    products = products.sort_values(
        ["category", "strength_rank", "side"], na_position="last", ignore_index=True
    )
    return pd.DataFrame(
        {
            "product_id": products["product_id"],
            "name": products["name"].fillna(products["product_id"]),
            "category": products["category"].fillna(_NO_CATEGORY),
            "position": np.arange(len(products)),
        }
    )


_OF_A_PRODUCT = ("id", "name", "category")


def affinity_cells(pairs: pd.DataFrame, products: pd.DataFrame) -> pd.DataFrame:
    """Return what is drawn: row, column, log2_adjusted_lift of the related pairs of products.

    Both halves of the matrix, so that a product's row holds all of its companions.
    """
    position = products.set_index("product_id")["position"]
    drawn = related_pairs(pairs)
    drawn = drawn[drawn["product_a_id"].isin(position.index)]
    drawn = drawn[drawn["product_b_id"].isin(position.index)]
    a, b = drawn["product_a_id"].map(position), drawn["product_b_id"].map(position)
    lift = np.log2(drawn["adjusted_lift"])
    halves = [
        pd.DataFrame({"row": row, "column": column, "log2_adjusted_lift": lift})
        for row, column in ((a, b), (b, a))
    ]
    return pd.concat(halves, ignore_index=True)


def affinity_finding(pairs: pd.DataFrame) -> str:
    """Return the title: the strongest pair and how strong, or that there is none."""
    if pairs.empty:
        return "No two products are in the same basket often enough to judge"
    related = related_pairs(pairs)
    if related.empty:
        return "No two products go together more than baskets like theirs would give"
    best = related.iloc[0]
    a, b = (
        shortened(str(name if isinstance(name, str) else key), 32)
        for name, key in (
            (best["product_a_name"], best["product_a_id"]),
            (best["product_b_name"], best["product_b_id"]),
        )
    )
    return (
        f"{a} and {b} go together most: {_factor(best['adjusted_lift'])} times as often as baskets "
        "like theirs would give"
    )


def affinity_figure(
    pairs: pd.DataFrame, as_of_date: datetime.date, lookback_days: int, min_pair_orders: int
) -> Figure:
    """Return the matrix of the table product_affinity."""
    related = len(related_pairs(pairs))
    baskets = int(pairs["total_orders"].iloc[0]) if len(pairs) else 0
    about = (
        f"{related:,} of {len(pairs):,} pairs are related, each in "
        f"{min_pair_orders} or more of {baskets:,} baskets of the {lookback_days} days to "
        f"{as_of_date}"
    )
    title = affinity_finding(pairs)
    if not related:
        return message(title, about)
    products = affinity_products(pairs)
    shown = pd.unique(related_pairs(pairs)[["product_a_id", "product_b_id"]].to_numpy().ravel())
    part = f"; the {len(products)} products of the strongest ones" * (len(products) < len(shown))
    figure = canvas(title, f"{about}{part}. Blank: not related.", body=_body(len(products)))
    drawn = axes(figure)
    _draw(drawn, affinity_cells(pairs, products), len(products))
    _label(drawn, products)
    return figure


def _body(products: int) -> int:
    return max(300, 17 * products) + 170


def _draw(drawn: Axes, cells: pd.DataFrame, products: int) -> None:
    grid = np.full((products, products), np.nan)
    grid[cells["row"], cells["column"]] = cells["log2_adjusted_lift"]
    # From 1, where there is no relation; a shade above it, so that a weak pair is not white.
    high = max(float(np.nanmax(grid)), 1.0)
    image = drawn.imshow(grid, cmap="Blues", vmin=-high / 4, vmax=high, aspect="auto")
    drawn.imshow(
        np.where(np.eye(products), 1.0, np.nan), cmap="Greys", vmin=0, vmax=4, aspect="auto"
    )
    bar = drawn.figure.colorbar(image, ax=drawn, shrink=0.6, pad=0.01, boundaries=None)
    bar.ax.set_ylim(0, high)
    ticks = np.linspace(0, high, 4)
    bar.set_ticks(list(ticks), labels=[f"{_factor(2**tick)}×" for tick in ticks])
    bar.set_label("adjusted lift, on a log2 scale")
    quiet(bar.ax)


def _label(drawn: Axes, products: pd.DataFrame) -> None:
    positions = products["position"].to_list()
    names = [
        plain(shortened(name if has_glyphs(name) else key, _LABEL_CHARACTERS))
        for name, key in zip(products["name"], products["product_id"], strict=True)
    ]
    drawn.set_yticks(positions, names, fontsize=8.5)
    drawn.set_xticks(positions, names, fontsize=8.5, rotation=90)
    categories = products["category"].to_numpy()
    for edge in range(len(categories) + 1):
        between = 0 < edge < len(categories) and categories[edge - 1] != categories[edge]
        colour, width = (INK, 0.9) if between else (EMPTY, 0.5)
        drawn.axhline(edge - 0.5, color=colour, linewidth=width)
        drawn.axvline(edge - 0.5, color=colour, linewidth=width)
    if len(set(categories)) > 1:
        middles = products.groupby("category", sort=False)["position"].mean()
        names_of_groups = [plain(shortened(name, 16)) for name in middles.index]
        groups = drawn.secondary_yaxis("right")
        groups.set_yticks(middles.to_list(), names_of_groups)
        quiet(groups)
        groups.tick_params(labelsize=8.5, labelcolor=PALE_INK)
    drawn.spines[:].set(visible=True, color=LINE)
    drawn.set(xlim=(-0.5, len(names) - 0.5), ylim=(len(names) - 0.5, -0.5))


def _factor(lift: float) -> str:
    return f"{lift:.1f}" if lift < 10 else f"{lift:.0f}"
