"""The asset ``monthly_cohorts``: how many of each month's customers come back, and their money."""

import time
from typing import Any

import dagster as dg
import pandas as pd

from analytics_assets.defs.cohorts.chart import RUNNING, retention_cells, retention_figure
from analytics_assets.defs.cohorts.cohort_counts import cohort_counts
from analytics_assets.defs.cohorts.formulas import monthly_cohorts as cohorts
from analytics_assets.lib.charts.canvas import percent
from analytics_assets.lib.charts.page import facts, figures, picture
from analytics_assets.lib.charts.page import table as shown
from analytics_assets.lib.tables import python_asset, write
from analytics_assets.lib.warehouse.aggregates import newest_order
from analytics_assets.lib.warehouse.clock import read_clock
from analytics_assets.lib.warehouse.interface import Warehouse
from analytics_assets.variables import Variables

TABLE = "analytics.monthly_cohorts"
READS = (
    "analytics.customer_months",
    "staging.stg_customers",
    "staging.stg_orders",
    "staging.stg_clock",
)
NEWEST_COHORTS = 12


@python_asset(TABLE, READS)
def monthly_cohorts(
    context: dg.AssetExecutionContext,
    warehouse: dg.ResourceParam[Warehouse],
    variables: dg.ResourceParam[Variables],
) -> dg.MaterializeResult[None]:
    """Read cohort counts, compute the triangle, replace the table."""
    started = time.perf_counter()
    with warehouse.session() as session:
        as_of_date = read_clock(session, variables.as_of_date)
        counts = cohort_counts(session, variables.cohort_basis)
        triangle = cohorts.monthly_cohorts(counts, as_of_date)
        write(session, TABLE, triangle)
        newest = newest_order(session)
    seconds = time.perf_counter() - started
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": len(triangle),
            **facts(as_of_date, newest, seconds),
            **cohort_figures(triangle),
            "cohort_basis": variables.cohort_basis,
            "retention_of_the_newest_cohorts": shown(newest_cohorts(triangle), NEWEST_COHORTS),
            **picture(
                "monthly_cohorts",
                lambda: retention_figure(triangle, as_of_date, variables.cohort_basis),
                warehouse.picture_folder,
                context.log,
            ),
        }
    )


def cohort_figures(triangle: pd.DataFrame) -> dict[str, Any]:
    """Return the figures of the table that plot well over time.

    active_customers and revenue are of the newest calendar month that has ended; month_1_retention
    is that of all cohorts, weighted by size.
    """
    ended = triangle[triangle["is_complete"]]
    months = ended["cohort_month"].dt.to_period("M").array + ended["months_since_signup"].to_numpy()
    newest = ended[months == months.max()] if len(ended) else ended
    first = ended[ended["months_since_signup"] == 1]
    members = int(first["cohort_size"].sum())
    return figures(
        {
            "cohorts": int(triangle["cohort_month"].nunique()),
            "active_customers": int(newest["active_customers"].sum()),
            "month_revenue": round(float(newest["cohort_revenue"].sum()), 2),
            "month_1_retention": first["active_customers"].sum() / members if members else None,
        }
    )


def newest_cohorts(triangle: pd.DataFrame) -> pd.DataFrame:
    """Return the triangle of the newest cohorts as text: one row a cohort, one column a month."""
    cells = retention_cells(triangle, NEWEST_COHORTS)
    texts: dict[str, dict[int, str]] = {"cohort": {}, "customers": {}}
    for cell in cells.sort_values(["months_since_signup", "row"]).to_dict("records"):
        row, so_far = cell["row"], " so far" if cell["kind"] == RUNNING else ""
        texts["cohort"][row] = f"{cell['cohort_month']:%Y-%m}"
        texts["customers"][row] = f"{cell['cohort_size']:,}"
        month = texts.setdefault(f"month {cell['months_since_signup']}", {})
        month[row] = percent(cell["retention_rate"]) + so_far
    return pd.DataFrame(texts).sort_index()
