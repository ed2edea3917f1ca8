"""This project where nothing is there yet: customer_months built whole, then the asset."""

from datetime import date
from pathlib import Path

from analytics_assets.defs.cohorts.cohort_counts import cohort_counts
from analytics_assets.defs.cohorts.formulas.monthly_cohorts import (
    MONTHLY_COHORTS_COLUMNS,
    monthly_cohorts,
)
from analytics_assets.lib.warehouse.duckdb import DuckDBWarehouse
from cohorts.customer_months import LAST_DAY, build


def run(database: Path) -> None:
    """Do what dbt and the asset do."""
    with DuckDBWarehouse(database).session() as session:
        build(session.connection)
        triangle = monthly_cohorts(cohort_counts(session, "signup"), date.fromisoformat(LAST_DAY))
        session.replace("analytics.result", triangle, MONTHLY_COHORTS_COLUMNS)
