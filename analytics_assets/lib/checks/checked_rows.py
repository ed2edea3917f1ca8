"""The rows of a view, made once for all the rules that are held against them."""

import re
from dataclasses import dataclass

import pandas as pd

from analytics_assets.lib.warehouse.interface import Session

_CHECKED_ROWS = "checked_rows"


@dataclass(frozen=True)
class CheckedRows:
    """Reads queries on ``table`` (``schema.name``) from a temporary copy of its rows."""

    session: Session
    table: str

    def __post_init__(self) -> None:
        self.session.execute(
            f"create or replace temporary table {_CHECKED_ROWS} as select * from {self.table}"
        )

    def read(self, sql: str) -> pd.DataFrame:
        """Return the rows of a query."""
        return self.session.read(re.sub(rf"\b{re.escape(self.table)}\b", _CHECKED_ROWS, sql))
