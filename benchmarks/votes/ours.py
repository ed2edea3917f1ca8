"""This project, the whole asset: the votes of 365 days, the table product_votes replaced."""

import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np

from analytics_assets.defs.products.baskets import BasketWindow
from analytics_assets.defs.products.votes import create_votes, product_votes_query
from analytics_assets.lib.warehouse.duckdb import DuckDBWarehouse

WINDOW = BasketWindow(date(2025, 11, 30), lookback_days=365, min_pair_orders=2)


def run(database: Path, in_process: bool = True) -> dict[str, float]:
    """Do what the asset does; return the CPU seconds of its steps."""
    marks = [time.process_time()]
    with DuckDBWarehouse(database).session() as session:
        create_votes(replace(session, in_process=in_process), WINDOW)
        marks.append(time.process_time())
        query = product_votes_query(WINDOW.as_of_date)
        session.execute(f"create or replace table analytics.result as {query}")
        marks.append(time.process_time())
    return dict(zip(("votes", "table"), np.diff(marks).round(3).tolist(), strict=True))
