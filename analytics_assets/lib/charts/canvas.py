"""The sheet every picture is drawn on: a title, what it is of, room below, and its PNG.

matplotlib is imported only when something is drawn: it takes a second. Its pyplot, which keeps
global state, is not used.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axes._secondary_axes import SecondaryAxis
    from matplotlib.backends.backend_agg import RendererAgg
    from matplotlib.figure import Figure

WIDTH = 900  # pixels
DPI = 100
COLOURS = 128  # of the PNG's palette

# Okabe & Ito's colours, which the colour-blind can tell apart.
BLUE, ORANGE, VERMILION = "#0072B2", "#E69F00", "#D55E00"
INK, PALE_INK, LINE, EMPTY = "#222222", "#5f5f5f", "#c8c8c8", "#eeeeee"

TITLE_POINTS, SUBTITLE_POINTS, LABEL_POINTS = 17, 10.5, 9.5
_MARGIN = 18  # pixels
_LINE_SPACING = 1.35


def canvas(title: str, subtitle: str, body: int) -> Figure:
    """Return a figure with its words in place and ``body`` pixels of room for axes below them.

    Both texts are wrapped to the width. Axes added to the figure keep to the room, labels and all.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    lines = wrapped(plain(title), TITLE_POINTS, "bold")
    sublines = wrapped(plain(subtitle), SUBTITLE_POINTS, "normal")
    title_height = len(lines) * _line_height(TITLE_POINTS)
    header = _MARGIN + title_height + len(sublines) * _line_height(SUBTITLE_POINTS) + _MARGIN / 2
    height = header + body + _MARGIN / 2
    figure = Figure(figsize=(WIDTH / DPI, round(height) / DPI), dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    figure.set_label(plain(title))
    figure.set_layout_engine(
        "constrained", rect=(0.01, _MARGIN / 2 / height, 0.98, body / height), h_pad=0.02
    )
    for points, weight, colour, text, top in (
        (TITLE_POINTS, "bold", INK, lines, _MARGIN * 0.7),
        (SUBTITLE_POINTS, "normal", PALE_INK, sublines, _MARGIN * 0.7 + title_height),
    ):
        figure.text(
            _MARGIN / WIDTH,
            1 - top / height,
            "\n".join(text),
            fontsize=points,
            fontweight=weight,
            color=colour,
            linespacing=_LINE_SPACING / 1.2,
            verticalalignment="top",
        ).set_in_layout(False)
    return figure


def message(title: str, subtitle: str) -> Figure:
    """Return a picture that only says why there is nothing to see."""
    return canvas(title, subtitle, body=30)


def axes(figure: Figure) -> Axes:
    """Return axes in the figure's room, with small quiet labels and no frame."""
    drawn = figure.subplots()
    quiet(drawn)
    return drawn


def quiet(drawn: Axes | SecondaryAxis) -> None:
    """Take the frame and the tick marks away, and write labels small."""
    drawn.tick_params(length=0, labelsize=LABEL_POINTS, labelcolor=INK)
    drawn.spines[:].set_visible(False)
    for axis in (drawn.xaxis, drawn.yaxis):
        axis.label.set(fontsize=LABEL_POINTS, color=PALE_INK)


def legend_above(drawn: Axes) -> None:
    """Write what the colours mean in one line above the axes, where no bar can be behind it."""
    drawn.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1),
        ncols=4,
        frameon=False,
        fontsize=LABEL_POINTS,
        borderaxespad=0.2,
        handlelength=1.2,
    )


def png(figure: Figure) -> bytes:
    """Return the figure as a PNG with a palette, a third of the size of one in true colour."""
    from PIL import Image  # noqa: PLC0415

    canvas = figure.canvas
    canvas.draw()
    # matplotlib's own savefig writes true colour only.
    pixels = Image.frombuffer("RGBA", canvas.get_width_height(), canvas.buffer_rgba())  # type: ignore[attr-defined]
    paletted = pixels.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    stream = io.BytesIO()
    paletted.save(stream, format="png", optimize=True)
    return stream.getvalue()


def plain(text: str) -> str:
    """Return text that is drawn as it stands: no formula between dollar signs, no missing glyph."""
    shown = "".join(character if has_glyphs(character) else "\ufffd" for character in text)
    return shown.replace("$", r"\$")


def has_glyphs(text: str) -> bool:
    """Return whether the font has every character of the text."""
    from matplotlib.font_manager import findfont, get_font  # noqa: PLC0415

    font = get_font(findfont("DejaVu Sans"))
    return all(font.get_char_index(ord(character)) for character in text)


def shortened(text: str, most: int) -> str:
    """Return the text on one line in at most ``most`` characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def wrapped(text: str, points: float, weight: str) -> list[str]:
    """Return the lines of a text, none wider than the picture; a word too long is cut."""
    lines: list[str] = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if _fits(longer, points, weight):
            lines[-1] = longer
        else:
            lines.append(_cut(word, points, weight))
    return [line for line in lines if line]


def _cut(word: str, points: float, weight: str) -> str:
    most = len(word)
    while not _fits(shortened(word, most), points, weight):
        most = most * 9 // 10
    return shortened(word, most)


def _fits(line: str, points: float, weight: str) -> bool:
    return text_width(line, points, weight) <= WIDTH - 2 * _MARGIN


def text_width(text: str, points: float, weight: str = "normal") -> float:
    """Return the width of one line in pixels, as it is drawn."""
    from matplotlib.font_manager import FontProperties  # noqa: PLC0415

    font = FontProperties(family="DejaVu Sans", weight=weight, size=points)
    size = _renderer().get_text_width_height_descent(text, font, False)  # type: ignore[no-untyped-call]
    return float(size[0])


@functools.cache
def _renderer() -> RendererAgg:
    from matplotlib.backends.backend_agg import RendererAgg  # noqa: PLC0415

    return RendererAgg(WIDTH, WIDTH, DPI)  # type: ignore[no-untyped-call]


def _line_height(points: float) -> float:
    return points * DPI / 72 * _LINE_SPACING


def ink_on(colour: Sequence[float]) -> str:
    """Return the colour of text on a coloured cell, by the contrast formula of WCAG 2."""
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in colour[:3]
    )
    return INK if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 else "white"


def percent(share: float) -> str:
    """Return a share as text, such as ``38 %``, with a digit more under 1 %."""
    return f"{100 * share:.{1 if 0 < share < 0.00995 else 0}f} %"
