"""This project, the whole asset of a day: its orders arrived, those of the days before are counted.

The dense triangle with churn, health, money; customer_months kept up and the table replaced.
"""

from datetime import date
from pathlib import Path

import duckdb

from analytics_assets.defs.cohorts.cohort_counts import cohort_counts
from analytics_assets.defs.cohorts.formulas.monthly_cohorts import (
    MONTHLY_COHORTS_COLUMNS,
    monthly_cohorts,
)
from analytics_assets.lib.warehouse.duckdb import DuckDBWarehouse
from cohorts.customer_months import LAST_DAY, build, keep_up


def prepare(database: Path) -> None:
    """Build customer_months as of the day before, when some orders of August had not arrived."""
    with duckdb.connect(database) as connection:
        build(
            connection,
            f"order_day < date '{LAST_DAY}' and not (order_day = date '2025-08-13'"
            " and customer_id < '08')",
        )


def run(database: Path) -> None:
    """Do what dbt and the asset do."""
    with DuckDBWarehouse(database).session() as session:
        keep_up(session.connection)
        triangle = monthly_cohorts(cohort_counts(session, "signup"), date.fromisoformat(LAST_DAY))
        session.replace("analytics.result", triangle, MONTHLY_COHORTS_COLUMNS)
