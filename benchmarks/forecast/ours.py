"""This project, the whole asset: histories, two fits, hold-out, forecast; table replaced."""

import time
from datetime import date
from pathlib import Path

from analytics_assets.defs.customers.customer_value_forecast import customer_value_forecast
from analytics_assets.defs.customers.histories import purchase_histories
from analytics_assets.lib import tables
from analytics_assets.lib.warehouse.duckdb import DuckDBWarehouse


def run(database: Path) -> dict[str, float]:
    """Do what the asset does; return the CPU seconds of its steps and the hold-out's error."""
    marks = [time.process_time()]
    with DuckDBWarehouse(database).session() as session:
        histories = purchase_histories(session, date(2025, 11, 30))
        marks.append(time.process_time())
        table, report = customer_value_forecast(histories)
        marks.append(time.process_time())
        types = tables.table("analytics.customer_value_forecast").types
        session.replace("analytics.result", table, types)
        marks.append(time.process_time())
    if report.refusal:
        raise RuntimeError(f"the forecast of the benchmark's shop was refused: {report.refusal}")
    return {
        "histories": round(marks[1] - marks[0], 3),
        "models": round(marks[2] - marks[1], 3),
        "table": round(marks[3] - marks[2], 3),
        "customers": len(table),
        "holdout_error": report.holdout.error if report.holdout else -1.0,
    }
