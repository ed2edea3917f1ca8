"""This project, the whole asset: counts from the staged orders, triangle, health, table.

There is nothing that a run before has built: the first run is like every other.
"""

from datetime import date
from pathlib import Path

from analytics_assets.defs.cohorts.counts import cohort_counts
from analytics_assets.defs.cohorts.grid import monthly_cohorts
from analytics_assets.lib.warehouse.duckdb import DuckDBWarehouse

KINDS = {"int64": "BIGINT", "float64": "DOUBLE", "bool": "BOOLEAN", "str": "VARCHAR"}


def run(database: Path) -> None:
    """Do what the asset does."""
    with DuckDBWarehouse(database).session() as session:
        triangle = monthly_cohorts(cohort_counts(session, "signup"), date(2025, 11, 30))
        columns = {
            str(name): KINDS.get(str(kind), "DATE") for name, kind in triangle.dtypes.items()
        }
        money = ("cohort_revenue", "cohort_returns", "cohort_net_revenue", "cumulative_revenue")
        columns |= dict.fromkeys(money, "DECIMAL(18,2)")
        session.replace("analytics.result", triangle, columns)
