"""The asset ``monthly_cohorts``: how many of each month's customers come back, and their money."""

import dagster as dg

from analytics_assets import keys
from analytics_assets.assets.description import declared, materialized
from analytics_assets.metrics.cohorts import monthly_cohorts as cohorts
from analytics_assets.variables import Variables
from analytics_assets.warehouse.clock import read_clock
from analytics_assets.warehouse.cohort_counts import cohort_counts
from analytics_assets.warehouse.interface import Warehouse

TABLE = "analytics.monthly_cohorts"


@dg.asset(
    key=keys.MONTHLY_COHORTS,
    deps=[keys.STG_CUSTOMERS, keys.STG_ORDERS, keys.STG_CLOCK],
    group_name=keys.COHORT_GROUP,
    owners=keys.OWNERS,
    kinds={"python", "pandas"},
    code_version="1",
    metadata=declared(TABLE, cohorts.MONTHLY_COHORTS_COLUMNS),
    description="One row per cohort month and months since signup, dense: zeros kept, future "
    "months absent. The warehouse counts customers active, continued and reactivated; retention, "
    "churn and health are derived from the counts.",
)
def monthly_cohorts(
    context: dg.AssetExecutionContext,
    warehouse: dg.ResourceParam[Warehouse],
    variables: dg.ResourceParam[Variables],
) -> dg.MaterializeResult[None]:
    """Read cohort counts, compute the triangle, replace the table."""
    with warehouse.session() as session:
        as_of_date = read_clock(session, variables.as_of_date)
        counts = cohort_counts(session, variables.cohort_basis)
        triangle = cohorts.monthly_cohorts(counts, as_of_date)
        session.replace(TABLE, triangle, cohorts.MONTHLY_COHORTS_COLUMNS)
    first_month = triangle[triangle["is_complete"] & (triangle["months_since_signup"] == 1)]
    preview = first_month.sort_values("cohort_month", ascending=False)[
        ["cohort_month", "cohort_size", "active_customers", "retention_rate", "cohort_health"]
    ]
    return dg.MaterializeResult(
        metadata={
            **materialized(triangle, as_of_date, preview),
            "cohorts": int(triangle["cohort_month"].nunique()),
            "cohort_basis": variables.cohort_basis,
        }
    )
