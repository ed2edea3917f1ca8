"""A picture on an asset's page: inside its metadata, and as a file beside the database."""

import base64
import logging
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg

from analytics_assets.lib.charts.canvas import png
from analytics_assets.lib.warehouse.duckdb import DuckDBWarehouse
from analytics_assets.lib.warehouse.interface import Warehouse

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_BYTES = 75 * 1024  # 100 KiB once it is base64


def picture(
    name: str, draw: "Callable[[], Figure]", folder: Path | None, log: logging.Logger
) -> dg.MarkdownMetadataValue:
    """Return the picture as metadata, and write ``<folder>/<name>.png``.

    A picture that cannot be drawn or written is told in the log and in its place, and fails
    nothing: the table beside it is right all the same. Tests hold that each one is drawn.

    Args:
        name: of the asset, which is the file's name.
        draw: makes the figure.
        folder: where the file goes, or None for no file.
        log: is told what went wrong.
    """
    try:
        image = png(draw())
        if len(image) > MOST_BYTES:
            raise ValueError(f"the picture has {len(image):,} bytes; {MOST_BYTES:,} are allowed")
        if folder:
            write_atomically(folder / f"{name}.png", image)
    except Exception as error:  # whatever a drawing stumbles over
        log.warning("%s has no picture this time", name, exc_info=True)
        return dg.MetadataValue.md(f"no picture: {type(error).__name__}: {error}")
    return dg.MetadataValue.md(
        f"![{name}](data:image/png;base64,{base64.b64encode(image).decode()})"
    )


def picture_folder(warehouse: Warehouse) -> Path | None:
    """Return the folder of the pictures beside the database's file; None without such a file."""
    return warehouse.path.parent / "pictures" if isinstance(warehouse, DuckDBWarehouse) else None


def write_atomically(path: Path, content: bytes) -> None:
    """Write the file so that a reader sees the old picture or the new one, never a part."""
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
