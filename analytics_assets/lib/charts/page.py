"""What an asset's page shows: a sentence, figures that plot over time, short tables, a picture."""

import base64
import datetime
import logging
import math
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg
import pandas as pd

from analytics_assets.lib.charts.canvas import png
from analytics_assets.lib.warehouse.aggregates import aggregates
from analytics_assets.lib.warehouse.interface import Session
from analytics_assets.variables import Variables

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SHOWN_ROWS = 10
MOST_BYTES = 75 * 1024  # of a picture; 100 KiB once it is base64

Figures = Mapping[str, "int | float | str | datetime.date | None"]


@dataclass(frozen=True)
class Scene:
    """What a page of a dbt model is made from.

    Attributes:
        session: open on the warehouse.
        variables: of the run.
        folder: where pictures go, or None for no file.
        log: takes a warning about each picture that could not be drawn.
    """

    session: Session
    variables: Variables
    folder: Path | None
    log: logging.Logger


@dataclass(frozen=True)
class Page:
    """The page of one dbt model.

    Attributes:
        figures: name -> aggregate over the table; those of a step are read in one statement.
        show: returns the finding, tables and pictures.
    """

    figures: Mapping[str, str] = field(default_factory=dict)
    show: Callable[[Scene], Mapping[str, Any]] | None = None


def describe(scene: Scene, pages: Mapping[str, Page]) -> dict[str, dict[str, Any]]:
    """Return ``schema.name`` -> the metadata of its materialization; what it shows comes first."""
    wanted = {
        name: {"dagster/row_count": "count(*)", **page.figures} for name, page in pages.items()
    }
    found = aggregates(scene.session, wanted)
    return {
        name: {**(page.show(scene) if page.show else {}), **figures(found[name])}
        for name, page in pages.items()
    }


def facts(
    as_of_date: datetime.date | None, newest_event: datetime.date | None, seconds: float
) -> dict[str, Any]:
    """Return the clock, the newest order that the table holds, and how long it took.

    Dates are text: the UI would shift a timestamp to the reader's own time zone.
    """
    return figures(
        {
            "as_of_date": as_of_date,
            "newest_event": newest_event,
            "duration_seconds": round(seconds, 3),
        }
    )


def figures(values: Figures) -> dict[str, Any]:
    """Return the figures as metadata values; what is missing is left out."""
    return {name: _plain(value) for name, value in values.items() if not _is_missing(value)}


def _plain(value: object) -> int | float | str:
    if isinstance(value, datetime.datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, float):
        return float(value)
    return value if isinstance(value, str) else int(value)  # type: ignore[call-overload]


def _is_missing(value: Any) -> bool:
    return bool(pd.isna(value)) or (isinstance(value, float) and math.isinf(value))


def table(frame: pd.DataFrame, rows: int = SHOWN_ROWS) -> dg.MarkdownMetadataValue:
    """Return the first ``rows`` of the frame as a table that the UI renders."""
    return dg.MetadataValue.md(markdown_table(frame.head(rows)))


def markdown_table(frame: pd.DataFrame) -> str:
    """Return the frame as a GitHub table; pipes are escaped, cents kept, shares to 3 digits."""
    if frame.empty:
        return "no rows"
    cells = frame.map(_cell)
    rows = [list(map(str, frame.columns)), ["---"] * frame.shape[1], *cells.to_numpy().tolist()]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _cell(value: object) -> str:
    if pd.isna(value):  # type: ignore[call-overload]
        return ""
    if isinstance(value, float):
        return f"{value:.3g}" if abs(value) < 1 else f"{value:,.2f}"
    if isinstance(value, pd.Timestamp | datetime.date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return str(value).replace("|", "\\|").replace("\n", " ")


def picture(
    name: str, draw: "Callable[[], Figure]", folder: Path | None, log: logging.Logger
) -> dict[str, Any]:
    """Return ``finding``, the picture's title, and ``picture``; write ``<folder>/<name>.png``.

    A picture that cannot be drawn or written is named in the log and in its place, and fails
    nothing: the table beside it is right all the same. Tests hold that each one is drawn.

    Args:
        name: of the asset, which is the file's name.
        draw: makes the figure, whose label is its title.
        folder: where the file goes, or None for no file.
        log: hears what went wrong.
    """
    try:
        figure = draw()
        image = png(figure)
        if len(image) > MOST_BYTES:
            raise ValueError(f"the picture has {len(image):,} bytes; {MOST_BYTES:,} are allowed")
        if folder:
            write_atomically(folder / f"{name}.png", image)
    except Exception as error:  # whatever a drawing stumbles over
        log.warning("%s has no picture this time", name, exc_info=True)
        return {"picture": dg.MetadataValue.md(f"no picture: {type(error).__name__}: {error}")}
    content = f"![{name}](data:image/png;base64,{base64.b64encode(image).decode()})"
    return {"finding": str(figure.get_label()), "picture": dg.MetadataValue.md(content)}


def write_atomically(path: Path, content: bytes) -> None:
    """Write the file so that a reader sees the old one or the new one, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as part:
        part.write(content)
    try:
        # Readable by whoever may read the folder, as any other file beside it.
        Path(part.name).chmod(0o644)
        os.replace(part.name, path)
    except OSError:
        Path(part.name).unlink(missing_ok=True)
        raise
