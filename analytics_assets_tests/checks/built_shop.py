"""Every table of the graph, each made by what makes it, without running the graph."""

import dataclasses
import os
import subprocess
from pathlib import Path

from analytics_assets.defs.cohorts.cohort_counts import cohort_counts
from analytics_assets.defs.cohorts.formulas.monthly_cohorts import (
    MONTHLY_COHORTS_COLUMNS,
    monthly_cohorts,
)
from analytics_assets.defs.customers.customer_value_forecast import (
    CUSTOMER_VALUE_FORECAST_COLUMNS,
    customer_value_forecast,
)
from analytics_assets.defs.customers.histories import purchase_histories
from analytics_assets.defs.products.affinity import (
    PRODUCT_AFFINITY_COLUMNS,
    product_affinity,
)
from analytics_assets.defs.products.baskets import BasketWindow, basket_counts, product_names
from analytics_assets.defs.products.scorecard.lists import recommendation_lists
from analytics_assets.defs.products.scorecard.recommendation_scorecard import (
    RECOMMENDATION_SCORECARD_COLUMNS,
    SCORED_DAYS,
    learnt_to,
    recommendation_scorecard,
)
from analytics_assets.defs.products.scorecard_counts import scorecard_counts
from analytics_assets.demo_shop import write
from analytics_assets.intake import land
from analytics_assets.lib.dbt.manifest import dbt_executable
from analytics_assets.lib.warehouse.clock import read_clock
from analytics_assets.lib.warehouse.duckdb import DuckDBSession, DuckDBWarehouse
from analytics_assets.settings import DBT_PROJECT_DIR
from analytics_assets.variables import Variables


def build_shop(folder: Path, variables: Variables) -> DuckDBWarehouse:
    """Make the demonstration shop and all its tables; ``folder`` / files holds what was landed."""
    warehouse = DuckDBWarehouse(folder / "automated_intelligence.duckdb")
    write((0.05, 1), folder / "files")
    with warehouse.session() as session:
        land(session.connection, folder / "files")
        # One run of dbt builds all models only where the pairs exist; they are made after it.
        columns = ", ".join(f"{name} {kind}" for name, kind in PRODUCT_AFFINITY_COLUMNS.items())
        session.execute(f"create table analytics.product_affinity ({columns})")
    _run_dbt(folder, warehouse.path)
    with warehouse.session() as session:
        _make_python_tables(session, variables)
        [compiled] = (folder / "target" / "compiled").rglob("product_recommendations.sql")
        session.execute(
            f"create or replace table analytics.product_recommendations as {compiled.read_text()}"
        )
    return warehouse


def keep_as_table(session: DuckDBSession, table: str) -> None:
    """Replace a view by a table of its rows, so that a fault can be planted in it."""
    schema, name = table.split(".")
    views = session.read("select schema_name || '.' || view_name as name from duckdb_views()")
    session.execute(f"create or replace table {schema}.kept as select * from {table}")
    session.execute(f"drop {'view' if table in set(views['name']) else 'table'} {table}")
    session.execute(f"alter table {schema}.kept rename to {name}")


def _run_dbt(folder: Path, database: Path) -> None:
    subprocess.run(
        [dbt_executable(), "--quiet", "build", "--exclude-resource-type", "unit_test"],
        cwd=DBT_PROJECT_DIR,
        env={
            **os.environ,
            "ANALYTICS_TARGET": "duckdb",
            "ANALYTICS_DUCKDB_PATH": str(database),
            "DBT_PROFILES_DIR": str(DBT_PROJECT_DIR),
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_LOG_PATH": str(folder / "logs"),
        },
        check=True,
    )


def _make_python_tables(session: DuckDBSession, variables: Variables) -> None:
    day = read_clock(session)
    window = BasketWindow(day, variables.lookback_days, variables.min_pair_orders)
    pairs = product_affinity(basket_counts(session, window), product_names(session), day)
    session.replace("analytics.product_affinity", pairs, PRODUCT_AFFINITY_COLUMNS)
    cohorts = monthly_cohorts(cohort_counts(session, variables.cohort_basis), day)
    session.replace("analytics.monthly_cohorts", cohorts, MONTHLY_COHORTS_COLUMNS)
    forecast, _ = customer_value_forecast(purchase_histories(session, day))
    session.replace("analytics.customer_value_forecast", forecast, CUSTOMER_VALUE_FORECAST_COLUMNS)
    _make_scorecard(session, window)


def _make_scorecard(session: DuckDBSession, window: BasketWindow) -> None:
    day = window.as_of_date
    learnt = dataclasses.replace(window, as_of_date=learnt_to(day))
    counts, names = basket_counts(session, learnt), product_names(session)
    pairs = product_affinity(counts, names, learnt.as_of_date)
    lists = recommendation_lists(pairs, counts.products, names["product_id"])
    scored = dataclasses.replace(window, lookback_days=SCORED_DAYS)
    table = recommendation_scorecard(
        scorecard_counts(session, scored, lists), day, window.lookback_days
    )
    session.replace("analytics.recommendation_scorecard", table, RECOMMENDATION_SCORECARD_COLUMNS)
