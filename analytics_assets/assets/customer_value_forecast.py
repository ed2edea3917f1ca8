"""The asset ``customer_value_forecast``: what each customer will order in a year, or why not."""

import dataclasses
from typing import Any

import dagster as dg
import pandas as pd

from analytics_assets import keys
from analytics_assets.assets.description import declared, markdown_table, materialized
from analytics_assets.metrics.forecast import customer_value_forecast as forecast
from analytics_assets.metrics.forecast.report import ForecastReport
from analytics_assets.variables import Variables
from analytics_assets.warehouse.clock import read_clock
from analytics_assets.warehouse.interface import Warehouse
from analytics_assets.warehouse.purchase_histories import purchase_histories

TABLE = "analytics.customer_value_forecast"


@dg.asset(
    key=keys.CUSTOMER_VALUE_FORECAST,
    deps=[keys.STG_CUSTOMERS, keys.STG_ORDERS, keys.STG_CLOCK],
    group_name=keys.CUSTOMER_GROUP,
    owners=keys.OWNERS,
    kinds={"python", "pandas"},
    code_version="1",
    metadata=declared(TABLE, forecast.CUSTOMER_VALUE_FORECAST_COLUMNS),
    description="One row per customer with the orders and revenue expected in the 365 days after "
    "`as_of_date`, by BG/NBD and Gamma-Gamma. Where the models cannot be trusted (too few repeat "
    "customers, no convergence, more than 25 % off in the hold-out) the figures are NULL and "
    "`forecast_basis` says why.",
)
def customer_value_forecast(
    context: dg.AssetExecutionContext,
    warehouse: dg.ResourceParam[Warehouse],
    variables: dg.ResourceParam[Variables],
) -> dg.MaterializeResult[None]:
    """Read purchase histories, fit and judge the models, replace the table."""
    with warehouse.session() as session:
        as_of_date = read_clock(session, variables.as_of_date)
        histories = purchase_histories(session, as_of_date)
        context.log.info(f"{len(histories):,} customers' purchase histories read")
        table, report = forecast.customer_value_forecast(histories)
        session.replace(TABLE, table, forecast.CUSTOMER_VALUE_FORECAST_COLUMNS)
    if report.refusal:
        context.log.warning(f"no forecast is given: {report.refusal}")
    best = table.sort_values(["expected_revenue_365d", "customer_id"], ascending=[False, True])
    return dg.MaterializeResult(
        metadata={**materialized(table, as_of_date, best), **_calibration(report)}
    )


def _calibration(report: ForecastReport) -> dict[str, Any]:
    """Return how far the forecast can be trusted, as metadata."""
    metadata: dict[str, Any] = {
        "forecast": report.refusal or "given",
        "repeat_customers": report.repeat_customers,
    }
    if report.models and report.holdout:
        holdout = report.holdout
        groups = pd.DataFrame([dataclasses.asdict(group) for group in holdout.by_frequency])
        metadata |= {
            "parameters": str(report.models.purchases),
            "holdout_days": holdout.days,
            "holdout_predicted_purchase_days": round(holdout.predicted_purchase_days, 1),
            "holdout_actual_purchase_days": holdout.actual_purchase_days,
            "holdout_by_frequency": dg.MetadataValue.md(markdown_table(groups)),
        }
        if holdout.error is not None:
            metadata["holdout_error"] = round(holdout.error, 4)
        if holdout.revenue_error is not None:
            metadata["holdout_revenue_error"] = round(holdout.revenue_error, 4)
    return metadata
