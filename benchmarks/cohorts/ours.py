"""This project, the whole asset: the dense triangle with churn, health, money; table replaced."""

from datetime import date
from pathlib import Path

from analytics_assets.metrics.cohorts.monthly_cohorts import (
    MONTHLY_COHORTS_COLUMNS,
    monthly_cohorts,
)
from analytics_assets.warehouse.cohort_counts import cohort_counts
from analytics_assets.warehouse.duckdb import DuckDBWarehouse


def run(database: Path) -> None:
    """Do what the asset does."""
    with DuckDBWarehouse(database).session() as session:
        triangle = monthly_cohorts(cohort_counts(session, "signup"), date(2025, 11, 30))
        session.replace("analytics.result", triangle, MONTHLY_COHORTS_COLUMNS)
