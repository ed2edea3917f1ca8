"""The report as one HTML page: no network, no script; prints, fits a phone, has a dark side.

Whatever comes from the shop passes through ``html.escape``.
"""

import datetime
import html
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from analytics_assets.defs.published.change import Sales, split
from analytics_assets.defs.published.figures import Comparison, Figures, Rows

_STYLE = """
:root{color-scheme:light dark;--ink:#1d2329;--pale:#5a646e;--line:#d8dde2;--paper:#fff;
--card:#f5f7f9;--blue:#0072b2;--good:#00704f;--bad:#b34700}
@media(prefers-color-scheme:dark){:root{--ink:#e6e9ec;--pale:#a3adb7;--line:#3a424a;--paper:#15191d;
--card:#1e242a;--blue:#56b4e9;--good:#3fc79a;--bad:#ff9a5c}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1.5rem 1rem 3rem;max-width:60rem;background:var(--paper);
color:var(--ink);font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
h1{font-size:1.7rem;line-height:1.2;margin:.2rem 0}h2{font-size:1.25rem;margin:2.2rem 0 .4rem}
h3{font-size:1rem;margin:0 0 .2rem}p{margin:.3rem 0}.pale{color:var(--pale);font-size:.9rem}
.cards{display:grid;gap:1rem;grid-template-columns:repeat(auto-fit,minmax(min(26rem,100%),1fr))}
.card{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:1rem}
.big{font-size:1.5rem;font-weight:700}.good{color:var(--good)}.bad{color:var(--bad)}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.9rem;
overflow-wrap:normal}td{max-width:24rem;overflow-wrap:break-word}
th,td{text-align:left;padding:.3rem 1rem .3rem 0;border-bottom:1px solid var(--line);
vertical-align:top}th{color:var(--pale);font-weight:600}
.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}time{white-space:nowrap}
.card td,.card th{padding-right:.6rem}.card tr>:last-child{padding-right:0}
ul{padding-left:1.2rem}li{margin:.3rem 0}svg{width:100%;height:auto;display:block}
svg text{fill:var(--pale);font:12px system-ui,sans-serif}
@media(max-width:40rem){.card{padding:.7rem}.card td,.card th{padding-right:.4rem}
.wide table{width:max-content;max-width:none}td{max-width:16rem}
svg text{font-size:20px}}
@media print{body{max-width:none;padding:0;font-size:11pt}.card,svg,tr{break-inside:avoid}
h2{break-after:avoid}.wide{overflow:visible}}
@media print{:root{--ink:#000;--pale:#444;--line:#bbb;--paper:#fff;--card:#fff;--blue:#0072b2;
--good:#00704f;--bad:#b34700}}
"""
_WIDTH, _HEIGHT = 720, 190
_LEFT, _BOTTOM, _TOP = 80, 24, 14


def page(
    figures: Figures, findings: Sequence[str], warnings: Sequence[tuple[str, str]] | None
) -> str:
    """Return the whole page.

    Args:
        figures: of the published copy.
        findings: a sentence each, from the pages of the tables.
        warnings: the table and what its check says, with what to do; None where none was made.
    """
    if figures.as_of_date is None:
        sections = ["<p>No order has landed yet.</p>"]
    else:
        sections = [
            _settled(figures),
            _comparisons(figures.comparisons),
            _picture("Revenue per week", figures.weeks, _bars(figures.weeks, "%d %b %y")),
            _picture("Revenue per month", figures.months, _bars(figures.months, "%b %y")),
            _trends(figures.trend),
        ]
    sections += [_list("What the tables say", findings)]
    sections += [_table(rows) for rows in figures.tables]
    if figures.retention:
        words = "1 is as many returning customers as the cohorts of a year before would give."
        sections.append(f"<h2>Retention index</h2>{_p(words, 'pale')}{_line(figures.retention)}")
    sections.append(_warnings(warnings))
    day = f" up to {figures.as_of_date:%-d %B %Y}" if figures.as_of_date else ""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>Shop report{day}</title><style>{_STYLE}</style></head><body>"
        f"<h1>What the shop did{day}</h1>{''.join(sections)}</body></html>\n"
    )


def _warnings(warnings: Sequence[tuple[str, str]] | None) -> str:
    if warnings:
        return _list("Warnings", [f"{table}: {said}" for table, said in warnings])
    words = "This run made no checks." if warnings is None else "None."
    return f"<h2>Warnings</h2><p>{words}</p>"


def _settled(figures: Figures) -> str:
    if not figures.settled or figures.settled == figures.as_of_date:
        return _p("Every day is settled: hardly any order is still open.", "pale")
    return _p(
        f"Settled up to {figures.settled:%-d %B %Y}. After it {figures.open_orders:,} orders of "
        f"{money(figures.open_amount)} are still open and count when they ship; weeks and months "
        "here are whole and settled.",
        "pale",
    )


def _comparisons(comparisons: Sequence[Comparison]) -> str:
    cards = "".join(f'<div class="card">{_card(compared)}</div>' for compared in comparisons)
    note = (
        "Revenue is customers x orders per customer x value per order. Each part is what its "
        "change alone makes, averaged over the orders in which the three could have changed; the "
        "parts add up to the change exactly."
    )
    return f'<h2>Last week and month</h2><div class="cards">{cards}</div>{_p(note, "pale")}'


def _card(compared: Comparison) -> str:
    now, before = compared.now, compared.before
    parts = split(before, now)
    span = f"{compared.title}, {compared.first:%-d %b} to {compared.last:%-d %b %Y}"
    spread = f"{compared.first_before:%-d %b} to {compared.last_before:%-d %b %Y}"
    share = f" ({parts.change / before.revenue:+.1%})" if before.revenue else ""
    rows = [
        ("Customers", now.customers, before.customers, parts.customers),
        ("Orders per customer", *_ratios(now, before, "frequency"), parts.frequency),
        ("Value per order", *_ratios(now, before, "value"), parts.value),
        ("Revenue", now.revenue, before.revenue, parts.change),
    ]
    body = "".join(
        f'<tr><td>{name}</td><td class="n">{_cell(new)}</td><td class="n">{_cell(old)}</td>'
        f'<td class="n">{_signed(part)}</td></tr>'
        for name, new, old, part in rows
    )
    return (
        f'<h3>{span}</h3><p class="big">{money(now.revenue)}</p>'
        f"<p>{_signed(parts.change)}{share} against {compared.against}</p>"
        f'{_p(spread, "pale")}<table><tr><th></th><th class="n">now</th><th class="n">then</th>'
        f'<th class="n">makes</th></tr>{body}</table>'
    )


def _ratios(now: Sales, before: Sales, which: str) -> tuple[Decimal | None, Decimal | None]:
    return _ratio(now, which), _ratio(before, which)


def _ratio(sales: Sales, which: str) -> Decimal | None:
    if not sales.orders:
        return None
    exact = (
        Decimal(sales.orders) / sales.customers
        if which == "frequency"
        else sales.revenue / sales.orders
    )
    return exact.quantize(Decimal("0.01"))


def money(amount: Decimal) -> str:
    """Return an amount with separators and cents."""
    return f"{amount:,.2f}"


def _signed(amount: Decimal) -> str:
    word = "good" if amount > 0 else "bad" if amount < 0 else "pale"
    return f'<span class="{word}">{amount:+,.2f}</span>'


def _p(words: str, style: str) -> str:
    return f'<p class="{style}">{html.escape(words)}</p>'


def _list(title: str, lines: Iterable[str]) -> str:
    items = "".join(f"<li>{html.escape(line)}</li>" for line in lines)
    return f"<h2>{html.escape(title)}</h2><ul>{items}</ul>" if items else ""


def _table(rows: Rows) -> str:
    title = f"<h2>{html.escape(rows.title)}</h2>"
    words = _p(rows.words, "pale") if rows.words else ""
    if not rows.rows:
        return f"{title}<p>None yet.</p>"
    styles = [
        ' class="n"' if any(isinstance(row[i], int | float | Decimal) for row in rows.rows) else ""
        for i in range(len(rows.headings))
    ]
    head = "".join(
        f"<th{style}>{html.escape(name)}</th>"
        for style, name in zip(styles, rows.headings, strict=True)
    )
    body = "".join(
        "<tr>"
        + "".join(f"<td{s}>{_cell(value)}</td>" for s, value in zip(styles, row, strict=True))
        + "</tr>"
        for row in rows.rows
    )
    return f'{title}{words}<div class="wide"><table><tr>{head}</tr>{body}</table></div>'


def _cell(value: Any) -> str:
    if value is None:
        return "&ndash;"
    if isinstance(value, int | float | Decimal):
        return f"{value:,}"
    if isinstance(value, datetime.date):
        return f"<time>{value.isoformat()}</time>"
    return html.escape(str(value))


def _picture(title: str, points: Sequence[tuple[datetime.date, Decimal]], drawn: str) -> str:
    return f"<h2>{title}</h2>{drawn}" if points else ""


def _bars(points: Sequence[tuple[datetime.date, Decimal]], form: str) -> str:
    if not points:
        return ""
    top = max([float(value) for _, value in points] + [1.0])
    room = (_WIDTH - _LEFT) / len(points)
    drawn = []
    for i, (day, value) in enumerate(points):
        height = max(0.0, float(value)) / top * (_HEIGHT - _BOTTOM - _TOP)
        drawn.append(
            f'<rect x="{_LEFT + i * room + 1:.1f}" y="{_HEIGHT - _BOTTOM - height:.1f}" '
            f'width="{max(1.0, min(room, 60) - 2):.1f}" height="{height:.1f}" fill="var(--blue)">'
            f"<title>{day:{form}}: {money(value)}</title></rect>"
        )
    return _sheet(f"{top:,.0f}", [day for day, _ in points], form, "".join(drawn))


def _line(points: Sequence[tuple[datetime.date, float]]) -> str:
    top = max([value for _, value in points] + [1.0]) * 1.1
    room = (_WIDTH - _LEFT) / len(points)
    scale = (_HEIGHT - _BOTTOM - _TOP) / top
    level = _HEIGHT - _BOTTOM - scale
    spots = " ".join(
        f"{_LEFT + (i + 0.5) * room:.1f},{_HEIGHT - _BOTTOM - value * scale:.1f}"
        for i, (_, value) in enumerate(points)
    )
    dots = "".join(
        f'<circle cx="{spot.partition(",")[0]}" cy="{spot.partition(",")[2]}" r="3" '
        f'fill="var(--blue)"><title>{day:%b %y}: {value:.2f}</title></circle>'
        for spot, (day, value) in zip(spots.split(), points, strict=True)
    )
    drawn = (
        f'<line x1="{_LEFT}" x2="{_WIDTH}" y1="{level:.1f}" y2="{level:.1f}" '
        f'stroke="var(--pale)" stroke-dasharray="4"/><text x="{_LEFT - 6}" y="{level + 4:.1f}" '
        f'text-anchor="end">1</text><polyline points="{spots}" fill="none" '
        f'stroke="var(--blue)" stroke-width="2"/>{dots}'
    )
    return _sheet("", [day for day, _ in points], "%b %y", drawn)


def _trends(days: Sequence[tuple[datetime.date, int, Decimal]]) -> str:
    if not days:
        return ""
    words = "By day, each as all was at its end: from shop_history, settled days only."
    lines = (
        ("Active customers", [(day, float(active)) for day, active, _ in days], ",.0f"),
        ("Net sales of 28 days", [(day, float(sales)) for day, _, sales in days], ",.2f"),
    )
    drawn = "".join(f"<h3>{title}</h3>{_curve(points, form)}" for title, points, form in lines)
    return f"<h2>How the shop has changed</h2>{_p(words, 'pale')}{drawn}"


def _curve(points: Sequence[tuple[datetime.date, float]], form: str) -> str:
    """Return a line whose points stand where their day is: days may be missing."""
    first, last = points[0][0], points[-1][0]
    top = max([value for _, value in points] + [1.0])
    base, across = _HEIGHT - _BOTTOM, (_WIDTH - _LEFT - 10) / max(1, (last - first).days)
    places = [
        (
            _LEFT + (day - first).days * across,
            base - max(0.0, value) / top * (base - _TOP),
            f"{day:%-d %b %y}: {value:{form}}",
        )
        for day, value in points
    ]
    spots = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in places)
    dots = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="var(--blue)">'
        f"<title>{said}</title></circle>"
        for x, y, said in places
    )
    names = (
        f'<text x="{_LEFT}" y="{_HEIGHT - 6}">{first:%-d %b %y}</text>'
        f'<text x="{_WIDTH - 10}" y="{_HEIGHT - 6}" text-anchor="end">{last:%-d %b %y}</text>'
    )
    return _frame(
        f"{top:,.0f}",
        f'<polyline points="{spots}" fill="none" stroke="var(--blue)" stroke-width="2"/>'
        f"{dots}{names}",
    )


def _sheet(label: str, days: Sequence[datetime.date], form: str, drawn: str) -> str:
    room = (_WIDTH - _LEFT) / len(days)
    every = max(1, -(-len(days) // 6))
    names = "".join(
        f'<text x="{_LEFT + i * room:.1f}" y="{_HEIGHT - 6}">{days[i]:{form}}</text>'
        for i in range(0, len(days), every)
        if _LEFT + i * room < _WIDTH - 60
    )
    return _frame(label, f"{drawn}{names}")


def _frame(label: str, drawn: str) -> str:
    base = _HEIGHT - _BOTTOM
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img">'
        f'<text x="{_LEFT - 6}" y="{_TOP + 4}" text-anchor="end">{label}</text>'
        f'<line x1="{_LEFT}" x2="{_WIDTH}" y1="{base}" y2="{base}" stroke="var(--line)"/>'
        f"{drawn}</svg>"
    )
