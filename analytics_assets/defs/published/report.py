"""The report as one HTML page: no network, no script; prints, fits a phone, has a dark side.

The page itself is the template ``report.html`` beside this, with its drawings from here.
"""

import datetime
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import jinja2

from analytics_assets.defs.published.figures import Figures

_WIDTH, _HEIGHT = 720, 190
_LEFT, _BOTTOM, _TOP = 80, 24, 14
_BASE, _ACROSS, _UP = _HEIGHT - _BOTTOM, _WIDTH - _LEFT, _HEIGHT - _BOTTOM - _TOP


def page(
    figures: Figures, findings: Sequence[str], warnings: Sequence[tuple[str, str]] | None
) -> str:
    """Return the whole page.

    Args:
        figures: of the published copy.
        findings: a sentence each, from the pages of the tables.
        warnings: the table and what its check says, with what to do; None where none was made.
    """
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return templates.get_template("report.html").render(
        figures=figures, findings=findings, warnings=warnings, bars=bars, line=line, curve=curve
    )


def bars(points: Sequence[tuple[datetime.date, Decimal]], form: str) -> str:
    """Return a bar for each period, named by its first day in the format ``form``."""
    top = max(1.0, *(float(value) for _, value in points))
    slot = _ACROSS / len(points)
    drawn = []
    for i, (day, value) in enumerate(points):
        height = max(0.0, float(value)) / top * _UP
        drawn.append(
            f'<rect x="{_LEFT + i * slot + 1:.1f}" y="{_BASE - height:.1f}" '
            f'width="{max(1.0, min(slot, 60) - 2):.1f}" height="{height:.1f}" fill="var(--blue)">'
            f"<title>{day:{form}}: {value:,.2f}</title></rect>"
        )
    return _frame(f"{top:,.0f}", "".join(drawn) + _names(points, form))


def line(points: Sequence[tuple[datetime.date, float]]) -> str:
    """Return the line of an index by month, and the level at which it is 1."""
    scale = _UP / (max(1.0, *(value for _, value in points)) * 1.1)
    slot, level = _ACROSS / len(points), _BASE - scale
    places = [
        (_LEFT + (i + 0.5) * slot, _BASE - value * scale, f"{day:%b %y}: {value:.2f}")
        for i, (day, value) in enumerate(points)
    ]
    one = (
        f'<line x1="{_LEFT}" x2="{_WIDTH}" y1="{level:.1f}" y2="{level:.1f}" '
        f'stroke="var(--pale)" stroke-dasharray="4"/><text x="{_LEFT - 6}" y="{level + 4:.1f}" '
        'text-anchor="end">1</text>'
    )
    return _frame("", one + _joined(places, "3") + _names(points, "%b %y"))


def curve(rows: Sequence[tuple[Any, ...]], column: int, form: str) -> str:
    """Return a line of one column of rows by day; points stand where their day is.

    Args:
        rows: a day, then numbers; by day, of which some may be missing.
        column: which of the numbers, counted from 1.
        form: their format.
    """
    days, values = [row[0] for row in rows], [float(row[column]) for row in rows]
    first, last = days[0], days[-1]
    top, across = max(1.0, *values), (_ACROSS - 10) / max(1, (last - first).days)
    places = [
        (
            _LEFT + (day - first).days * across,
            _BASE - max(0.0, value) / top * _UP,
            f"{day:%-d %b %y}: {value:{form}}",
        )
        for day, value in zip(days, values, strict=True)
    ]
    names = (
        f'<text x="{_LEFT}" y="{_HEIGHT - 6}">{first:%-d %b %y}</text>'
        f'<text x="{_WIDTH - 10}" y="{_HEIGHT - 6}" text-anchor="end">{last:%-d %b %y}</text>'
    )
    return _frame(f"{top:,.0f}", _joined(places, "2.5") + names)


def _joined(places: Sequence[tuple[float, float, str]], radius: str) -> str:
    """Return a line through the places, and a dot at each that says what it is."""
    spots = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in places)
    dots = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="var(--blue)">'
        f"<title>{said}</title></circle>"
        for x, y, said in places
    )
    return f'<polyline points="{spots}" fill="none" stroke="var(--blue)" stroke-width="2"/>{dots}'


def _names(points: Sequence[tuple[datetime.date, object]], form: str) -> str:
    """Return the names of some six periods, below them."""
    slot, every = _ACROSS / len(points), -(-len(points) // 6)
    return "".join(
        f'<text x="{_LEFT + i * slot:.1f}" y="{_HEIGHT - 6}">{points[i][0]:{form}}</text>'
        for i in range(0, len(points), every)
        if _LEFT + i * slot < _WIDTH - 60
    )


def _frame(label: str, drawn: str) -> str:
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img">'
        f'<text x="{_LEFT - 6}" y="{_TOP + 4}" text-anchor="end">{label}</text>'
        f'<line x1="{_LEFT}" x2="{_WIDTH}" y1="{_BASE}" y2="{_BASE}" stroke="var(--line)"/>'
        f"{drawn}</svg>"
    )
