"""The pictures of cohorts: retention as a heat map, and the retention index month by month."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analytics_assets.defs.cohorts.health import NOT_JUDGED
from analytics_assets.defs.cohorts.retention_index import SIGNIFICANT_Z
from analytics_assets.lib.charts.canvas import (
    BLUE,
    EMPTY,
    INK,
    LINE,
    PALE_INK,
    VERMILION,
    WIDTH,
    axes,
    canvas,
    ink_on,
    message,
    percent,
    quiet,
    text_width,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.image import AxesImage

MOST_COHORTS = 60
MOST_NUMBERED_MONTHS = 24  # with more, numbers hide the pattern: a scale stands in for them
MOST_NUMBERED_AVERAGES = 42  # with more, a cell is too narrow for its percentage
SIGNUP_MONTH, COMPLETE, RUNNING = "signup month", "complete", "running"

SHOWN_CHANGES = 12  # months that the title of the index looks at
MOST_INDEX_MONTHS = 36
_CELL_POINTS = 8.0
_AVERAGE_GAP = 1.4  # rows between the last cohort and the average


def settled_cells(triangle: pd.DataFrame, settled_until: pd.Timestamp) -> pd.DataFrame:
    """Return the triangle with every month that ends after ``settled_until`` as one that runs.

    There orders are still open that will count: the newest cohorts would look worse than they are.

    Args:
        triangle: the table monthly_cohorts.
        settled_until: the last settled day of daily_sales; NaT where none is.
    """
    if triangle.empty:
        return triangle
    ages = triangle["months_since_signup"].to_numpy()
    months = pd.Series(triangle["cohort_month"].dt.to_period("M").array + ages, triangle.index)
    settled = _ends_by(months, settled_until)
    return triangle.assign(
        is_complete=triangle["is_complete"].astype(bool) & settled,
        cohort_health=triangle["cohort_health"].where(settled, NOT_JUDGED),
    )


def settled_months(index: pd.DataFrame, settled_until: pd.Timestamp) -> pd.DataFrame:
    """Return the table monthly_retention_index up to its last month that ended settled."""
    return index[_ends_by(index["calendar_month"].dt.to_period("M"), settled_until)]


def _ends_by(months: pd.Series, day: pd.Timestamp) -> pd.Series:
    """Return whether each month's last day is not after the day; False where there is none."""
    return months.map(lambda month: month.end_time.normalize() <= day).astype(bool)


def retention_cells(triangle: pd.DataFrame, most: int = MOST_COHORTS) -> pd.DataFrame:
    """Return what is drawn, one row per cell of the newest ``most`` cohorts.

    Args:
        triangle: the table monthly_cohorts.
        most: cohorts that have room.

    Returns:
        row (0 for the oldest cohort), cohort_month, months_since_signup, cohort_size,
        active_customers, retention_rate, kind: ``SIGNUP_MONTH`` for a complete month 0, whose
        retention means another thing, ``RUNNING`` for a month that has not ended, else
        ``COMPLETE``. Future months have no cell.
    """
    newest = sorted(triangle["cohort_month"].unique())[-most:]
    cells = triangle[triangle["cohort_month"].isin(newest)]
    cells = cells.sort_values(["cohort_month", "months_since_signup"], ignore_index=True)
    at_signup = cells["months_since_signup"] == 0
    kind = pd.Series(COMPLETE, index=cells.index).mask(at_signup, SIGNUP_MONTH)
    columns = ["cohort_month", "months_since_signup", "cohort_size", "active_customers"]
    return cells[[*columns, "retention_rate"]].assign(
        row=cells["cohort_month"].map({month: row for row, month in enumerate(newest)}),
        kind=kind.mask(~cells["is_complete"].astype(bool), RUNNING),
    )


def average_retention(cells: pd.DataFrame) -> pd.Series:
    """Return the retention of all drawn cohorts by month, weighted by size, complete cells only."""
    ended = cells[cells["kind"] != RUNNING].groupby("months_since_signup")
    return ended["active_customers"].sum() / ended["cohort_size"].sum()


def retention_finding(triangle: pd.DataFrame, start: str) -> str:
    """Return the title: how many come back, and which cells differ by more than chance and season.

    Args:
        triangle: the table monthly_cohorts.
        start: what makes a member, in words.
    """
    if triangle.empty:
        return f"No cohorts yet: no customer has a {start}"
    first = triangle[(triangle["months_since_signup"] == 1) & triangle["is_complete"]]
    if first.empty:
        return f"No cohort has a complete month after the month of {start} yet"
    share = percent(first["active_customers"].sum() / first["cohort_size"].sum())
    title = f"{share} of customers buy in the month after {start}"
    words = triangle["cohort_health"]
    judged = int((words != NOT_JUDGED).sum())
    if not judged:
        return f"{title}; too few cohorts or customers to judge one by the others"
    better, worse = int((words == "healthy").sum()), int(words.isin(["at_risk", "poor"]).sum())
    return (
        f"{title}; of {judged:,} cohort months {better:,} are better and {worse:,} worse than "
        "older cohorts and the season explain"
    )


def retention_figure(
    triangle: pd.DataFrame, as_of_date: datetime.date, cohort_basis: str
) -> Figure:
    """Return the heat map of the table monthly_cohorts."""
    cells = retention_cells(triangle)
    start = cohort_basis.replace("_", " ")
    title = retention_finding(triangle, start)
    if cells.empty:
        return message(title, f"as of {as_of_date}")
    cohorts = cells.drop_duplicates("row")
    everyone = triangle["cohort_month"].nunique()
    part = f"the newest {len(cohorts)} of {everyone} cohorts, " if everyone > len(cohorts) else ""
    subtitle = (
        f"Customers with a revenue order in the month, % of their cohort; {part}"
        f"{cohorts['cohort_size'].sum():,} customers by month of {start}; "
        f"as of {as_of_date}. Hatched: months that run or are not settled. Grey: month 0, outside "
        "the colours."
    )
    row_height = min(30, max(14, 480 // len(cohorts)))
    body = max(200, round((len(cohorts) + _AVERAGE_GAP + 1) * row_height) + 60)
    figure = canvas(title, subtitle, body)
    drawn = axes(figure)
    _draw_cells(drawn, cells)
    _label(drawn, cells, cohorts)
    return figure


def _draw_cells(drawn: Axes, cells: pd.DataFrame) -> None:
    from matplotlib.colors import Normalize  # noqa: PLC0415

    rows, months = cells["row"].max() + 1, cells["months_since_signup"].max() + 1
    average = average_retention(cells)
    coloured = cells[cells["kind"] == COMPLETE]
    rates = coloured["retention_rate"]
    # A cohort of three customers must not stretch the colours of all others.
    low, high = (rates.quantile(0.02), rates.quantile(0.98)) if len(rates) else (0.0, 1.0)
    grid = coloured.pivot_table(index="row", columns="months_since_signup", values="retention_rate")
    grid = grid.reindex(index=range(rows), columns=range(months))
    summary = average.drop(index=0, errors="ignore").reindex(range(months)).to_frame().T
    foot = rows - 1 + _AVERAGE_GAP
    # A little room in the scale above the palest and under the darkest blue keeps text readable.
    room = (high - low) or max(high, 0.01)
    scale = Normalize(max(0.0, float(low - room / 4)), float(high + room / 4))
    image = drawn.imshow(grid, aspect="auto", cmap="Blues", norm=scale)
    extent = (-0.5, months - 0.5, foot + 0.5, foot - 0.5)
    drawn.imshow(summary, aspect="auto", extent=extent, cmap="Blues", norm=scale)
    plain_cells = cells[cells["kind"] != COMPLETE]
    for kind, part in plain_cells.groupby("kind"):
        drawn.bar(
            part["months_since_signup"],
            1,
            bottom=part["row"] - 0.5,
            width=1,
            facecolor=EMPTY if kind == SIGNUP_MONTH else "white",
            edgecolor="#a8a8a8" if kind == RUNNING else "white",
            hatch="////" if kind == RUNNING else None,
            linewidth=0.5 if kind == RUNNING else 0,
        )
    drawn.set(xlim=(-0.5, months - 0.5), ylim=(foot + 0.5, -0.5))
    if months <= MOST_NUMBERED_AVERAGES:
        at_the_foot = average.rename("retention_rate").reset_index().assign(row=foot, kind=COMPLETE)
        at_the_foot.loc[at_the_foot["months_since_signup"] == 0, "kind"] = SIGNUP_MONTH
        _write(drawn, at_the_foot, image)
    if months <= MOST_NUMBERED_MONTHS:
        _write(drawn, cells[cells["kind"] != RUNNING], image)
    else:
        bar = drawn.figure.colorbar(image, ax=drawn, shrink=0.5, format="{x:.0%}", pad=0.01)
        quiet(bar.ax)


def _write(drawn: Axes, cells: pd.DataFrame, image: AxesImage) -> None:
    """Write each cell's percentage, in ink that shows on its colour."""
    rates = cells["retention_rate"].to_numpy(dtype=float)
    colours = image.to_rgba(rates)
    places = zip(cells["months_since_signup"], cells["row"], cells["kind"], strict=True)
    for (month, row, kind), rate, colour in zip(places, rates, colours, strict=True):
        text = drawn.text(
            month,
            row,
            f"{100 * rate:.0f}",
            ha="center",
            va="center",
            fontsize=_CELL_POINTS,
            color=ink_on(colour) if kind == COMPLETE else INK,
        )
        # Hundreds of numbers, all inside the axes: measuring each for the layout takes a second.
        text.set_in_layout(False)


def _label(drawn: Axes, cells: pd.DataFrame, cohorts: pd.DataFrame) -> None:
    rows, months = len(cohorts), cells["months_since_signup"].max() + 1
    foot = rows - 1 + _AVERAGE_GAP
    sizes = [*(f"{size:,}" for size in cohorts["cohort_size"]), f"{cohorts['cohort_size'].sum():,}"]
    widest = max(text_width(size, _CELL_POINTS + 0.5) for size in [*sizes, "customers"])
    positions = [*range(rows), foot]
    names = [*(f"{month:%b %Y}" for month in cohorts["cohort_month"]), "all, weighted"]
    drawn.set_yticks(positions, names, fontsize=_CELL_POINTS + 0.5)
    drawn.tick_params(axis="y", pad=round(widest * 0.72) + 12)
    for y, size in [*zip(positions, sizes, strict=True), (-1.0, "customers")]:
        drawn.annotate(
            size,
            (-0.5, y),
            xytext=(-6, 0),
            textcoords="offset points",
            ha="right",
            va="center",
            fontsize=_CELL_POINTS + 0.5,
            color=PALE_INK,
            annotation_clip=False,
        )
    step = next(step for step in (1, 2, 3, 6, 12, 24) if step * (WIDTH - 180) / months > 24)
    drawn.set_xticks(range(0, months, step))
    drawn.set_xlabel("months since signup")


def index_finding(index: pd.DataFrame) -> str:
    """Return the title: the newest measured month, and which of the last twelve differ.

    Args:
        index: the table monthly_retention_index.
    """
    measured = index[index["retention_index"].notna()].tail(SHOWN_CHANGES)
    if measured.empty:
        return "No retention index yet: it needs four cohorts that are a year older than others"
    last = measured.iloc[-1]
    change = 100 * (last["retention_index"] - 1)
    direction = "above" if change >= 0 else "below"
    verdict = "within chance" if last["retention_change"] == "none" else "more than chance"
    title = (
        f"In {last['calendar_month']:%b %Y} customers came back {abs(change):.0f} % {direction} "
        f"the year before ({verdict})"
    )
    others = measured.iloc[:-1]
    flagged = others[others["retention_change"].isin(["above", "below"])]
    if flagged.empty:
        return title
    months = ", ".join(
        f"{row.calendar_month:%b %Y} {row.retention_change}" for row in flagged.itertuples()
    )
    return f"{title}; before that {months}"


def index_figure(index: pd.DataFrame, as_of_date: datetime.date) -> Figure:
    """Return the retention index by month with its 99 % intervals."""
    title = index_finding(index)
    shown = index[index["retention_index"].notna()].tail(MOST_INDEX_MONTHS)
    if shown.empty:
        return message(title, f"as of {as_of_date}")
    figure = canvas(
        title,
        "Customers active in the month / those expected by the retention of the same ages in the "
        f"same month of the year before; settled months only; bars: 99 % intervals; as of "
        f"{as_of_date}.",
        300,
    )
    drawn = axes(figure)
    positions = range(len(shown))
    ratio = shown["retention_index"]
    low = ratio * np.exp(-SIGNIFICANT_Z * shown["log_standard_error"])
    high = ratio * np.exp(SIGNIFICANT_Z * shown["log_standard_error"])
    words = shown["retention_change"]
    colours = list(words.map({"above": BLUE, "below": VERMILION, "none": PALE_INK}))
    drawn.axhline(1, color=LINE, linewidth=1)
    drawn.vlines(positions, low, high, colors=colours, linewidth=2)
    drawn.scatter(positions, ratio, c=colours, s=36, zorder=3)
    step = max(1, len(shown) // 12)
    names = [f"{month:%b %Y}" for month in shown["calendar_month"]]
    drawn.set_xticks(positions[::step], names[::step])
    drawn.yaxis.set_major_formatter(lambda value, _: f"{value:.2f}")
    drawn.set_ylabel("retention index")
    return figure
