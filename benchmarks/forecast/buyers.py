"""The two fits' common part: read the buyers' histories, fit BG/NBD, write the parameters."""

import time
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from analytics_assets.defs.customers.bg_nbd import expected_purchases, fit_bg_nbd
from analytics_assets.defs.customers.histories import purchase_histories
from analytics_assets.lib.warehouse.duckdb import DuckDBWarehouse


def fit_and_write(database: Path, *, every_row_its_own: bool) -> dict[str, float]:
    """Return CPU seconds of the fit alone and the number of patterns.

    Ages that differ by less than a second make every row distinct without another fit.
    """
    with DuckDBWarehouse(database).session() as session:
        histories = purchase_histories(session, date(2025, 11, 30)).dropna(
            subset="repeat_purchase_days"
        )
        x = histories["repeat_purchase_days"].to_numpy(float)
        t_x = histories["recency_days"].to_numpy(float) / 7
        age = histories["age_days"].to_numpy(float) / 7
        if every_row_its_own:
            age = age + np.linspace(0, 1e-7, len(age))
        started = time.process_time()
        model = fit_bg_nbd(x, t_x, age)
        fit_seconds = time.process_time() - started
        # The customer that Fader, Hardie & Lee forecast in their own example.
        orders = expected_purchases(model, 39.0, [2.0], [30.43], [38.86])
        session.connection.execute(
            "create or replace table analytics.result as "
            f"select {round(float(orders[0]), 4)} as expected_orders_365d"
        )
    patterns = len(pd.DataFrame({"x": x, "t_x": t_x, "age": age}).drop_duplicates())
    return {"fit": round(fit_seconds, 3), "patterns": patterns, "r": model.r, "a": model.a}
