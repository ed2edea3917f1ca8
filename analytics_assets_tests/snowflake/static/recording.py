"""A session that keeps what is sent, over the contracts' tables with three orders in them."""

import datetime
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import duckdb
import pandas as pd
from described import make_described_tables

from analytics_assets.lib.warehouse.duckdb import DuckDBSession

DAY = datetime.date(2024, 3, 31)


@dataclass(frozen=True)
class RecordingSession(DuckDBSession):
    """A session on DuckDB; every count of offending rows that it reads is 1.

    Attributes:
        in_process: like Snowflake's, it counts by statements.
        sent: the statements, in order.
    """

    in_process: bool = False
    sent: list[str] = field(default_factory=list)

    def execute(self, sql: str) -> None:
        self.sent.append(sql)
        super().execute(sql)

    def read(self, sql: str) -> pd.DataFrame:
        self.sent.append(sql)
        frame = super().read(sql)
        counts = [name for name in frame if name.startswith("rule_") or name == "failing_rows"]
        return frame.assign(**dict.fromkeys(counts, 1))

    def stage(self, table: str, frame: pd.DataFrame, columns: Mapping[str, str]) -> None:
        declared = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        self.sent.append(f"create or replace temporary table {table} ({declared})")
        super().stage(table, frame, columns)


@contextmanager
def recording_session() -> Iterator[RecordingSession]:
    with duckdb.connect() as connection:
        make_described_tables(connection)
        for table, rows in _ROWS.items():
            connection.register("rows", pd.DataFrame(rows))
            connection.execute(f"insert into {table} by name select * from rows")
        yield RecordingSession(connection)


_ORDERS = [f"O{n}" for n in range(3)]
_ROWS: dict[str, dict[str, Any]] = {
    "staging.stg_clock": {"as_of_date": [DAY]},
    "staging.stg_customers": {
        "customer_id": ["C"],
        "signup_date": [datetime.date(2024, 1, 3)],
        "signup_month": [datetime.date(2024, 1, 1)],
    },
    "staging.stg_orders": {
        "order_id": _ORDERS,
        "customer_id": "C",
        "order_day": [datetime.date(2024, month, 5) for month in (1, 2, 3)],
        "order_month": [datetime.date(2024, month, 1) for month in (1, 2, 3)],
        "is_demand": True,
        "is_revenue": True,
        "net_amount": 10,
    },
    "staging.stg_order_items": {
        "order_id": [*_ORDERS, *_ORDERS],
        "product_id": ["A", "A", "A", "B", "B", "B"],
    },
    "raw.orders": {
        "order_id": ["O1"],
        "order_date": [datetime.datetime(2024, 1, 5)],
    },
}
