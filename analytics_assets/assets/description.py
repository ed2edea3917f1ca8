"""What a Python-made table says about itself when it is materialized, and before."""

import datetime
from collections.abc import Mapping
from typing import Any

import dagster as dg
import pandas as pd

PREVIEW_ROWS = 10


def declared(table: str, columns: Mapping[str, str]) -> dict[str, Any]:
    """Return the metadata of an asset's definition: its table and its columns."""
    schema = dg.TableSchema([dg.TableColumn(name, kind) for name, kind in columns.items()])
    return {"dagster/table_name": table, "dagster/column_schema": schema}


def materialized(
    frame: pd.DataFrame, as_of_date: datetime.date, preview: pd.DataFrame | None = None
) -> dict[str, Any]:
    """Return the metadata of a materialization: rows, the clock, and a short table to look at."""
    metadata: dict[str, Any] = {
        "dagster/row_count": len(frame),
        "as_of_date": as_of_date.isoformat(),
    }
    if preview is not None:
        metadata["preview"] = dg.MetadataValue.md(markdown_table(preview.head(PREVIEW_ROWS)))
    return metadata


def markdown_table(frame: pd.DataFrame) -> str:
    """Return the frame as a GitHub table; pipes in values are escaped, floats have 3 digits."""
    if frame.empty:
        return "no rows"
    cells = frame.map(_cell)
    rows = [list(map(str, frame.columns)), ["---"] * frame.shape[1], *cells.to_numpy().tolist()]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _cell(value: object) -> str:
    if pd.isna(value):  # type: ignore[call-overload]
        return ""
    if isinstance(value, float):
        return f"{value:.3g}"
    if isinstance(value, pd.Timestamp | datetime.date):
        return f"{value:%Y-%m-%d}"
    return str(value).replace("|", "\\|").replace("\n", " ")
