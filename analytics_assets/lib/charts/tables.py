"""A frame as a short table that the UI renders."""

import datetime

import dagster as dg
import pandas as pd

SHOWN_ROWS = 10


def table(frame: pd.DataFrame, rows: int = SHOWN_ROWS) -> dg.MarkdownMetadataValue:
    """Return the first ``rows`` of the frame as metadata."""
    return dg.MetadataValue.md(markdown_table(frame.head(rows)))


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
        return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"
    if isinstance(value, pd.Timestamp | datetime.date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return str(value).replace("|", "\\|").replace("\n", " ")
