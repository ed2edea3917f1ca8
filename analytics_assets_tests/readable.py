"""What a picture must be to be read: no text over another, none cut off, small, and in a PNG."""

from __future__ import annotations

import io
from itertools import combinations
from typing import TYPE_CHECKING

from PIL import Image

from analytics_assets.lib.charts.canvas import WIDTH, png

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Text

MOST_BYTES = 75_000  # 100 KiB in base64
MOST_HEIGHT = 1100


def texts_of(figure: Figure) -> list[Text]:
    """Return every text of a figure that was drawn."""
    from matplotlib.text import Text

    undrawn = {id(label) for axes in figure.axes for label in _labels_out_of_sight(axes)}
    return [
        text
        for text in figure.findobj(Text)
        if text.get_visible() and text.get_text().strip() and id(text) not in undrawn
    ]


def _labels_out_of_sight(axes: Axes) -> Iterator[Text]:
    """Tick labels outside the limits of their axes exist, and are not drawn."""
    for axis, limits in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
        low, high = sorted(limits)
        for tick in [*axis.get_major_ticks(), *axis.get_minor_ticks()]:
            if not low <= tick.get_loc() <= high:
                yield from (tick.label1, tick.label2)


def assert_readable(figure: Figure) -> None:
    """Draw the figure and hold what a reader needs."""
    image = png(figure)
    boxes = [(text.get_text(), text.get_window_extent()) for text in texts_of(figure)]
    width, height = figure.canvas.get_width_height()
    assert width == WIDTH
    assert height <= MOST_HEIGHT
    assert len(image) <= MOST_BYTES
    assert Image.open(io.BytesIO(image)).size == (width, height)
    assert boxes
    outside = [
        (words, box)
        for words, box in boxes
        if box.x0 < -0.5 or box.y0 < -0.5 or box.x1 > width + 0.5 or box.y1 > height + 0.5
    ]
    assert not outside, outside
    over_another = [
        (a, b, box_a, box_b)
        for (a, box_a), (b, box_b) in combinations(boxes, 2)
        # Boxes hold room for letters with tails: two pixels of it may be shared.
        if min(box_a.x1, box_b.x1) - max(box_a.x0, box_b.x0) > 1
        and min(box_a.y1, box_b.y1) - max(box_a.y0, box_b.y0) > 2
    ]
    assert not over_another, over_another


def title_of(figure: Figure) -> str:
    """Return the figure's first words, on one line."""
    return " ".join(figure.texts[0].get_text().split())


def subtitle_of(figure: Figure) -> str:
    return " ".join(figure.texts[1].get_text().split())
