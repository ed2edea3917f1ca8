"""The asset ``customer_value_forecast``: what each customer will order in a year, or why not."""

import dataclasses
import time
from typing import Any

import dagster as dg
import pandas as pd

from analytics_assets.defs.customers import customer_value_forecast as forecast
from analytics_assets.defs.customers.chart_calibration import calibration_figure
from analytics_assets.defs.customers.customer_value_forecast import ForecastReport
from analytics_assets.defs.customers.histories import purchase_histories
from analytics_assets.lib.charts.page import facts, figures, picture
from analytics_assets.lib.charts.page import table as shown
from analytics_assets.lib.tables import python_asset, write
from analytics_assets.lib.warehouse.aggregates import newest_order
from analytics_assets.lib.warehouse.clock import read_clock
from analytics_assets.lib.warehouse.interface import Warehouse
from analytics_assets.variables import Variables

TABLE = "analytics.customer_value_forecast"
READS = ("staging.stg_customers", "staging.stg_orders", "staging.stg_clock")


@python_asset(TABLE, READS)
def customer_value_forecast(
    context: dg.AssetExecutionContext,
    warehouse: dg.ResourceParam[Warehouse],
    variables: dg.ResourceParam[Variables],
) -> dg.MaterializeResult[None]:
    """Read purchase histories, fit and judge the models, replace the table."""
    started = time.perf_counter()
    with warehouse.session() as session:
        as_of_date = read_clock(session, variables.as_of_date)
        histories = purchase_histories(session, as_of_date)
        context.log.info(f"{len(histories):,} customers' purchase histories read")
        table, report = forecast.customer_value_forecast(histories)
        write(session, TABLE, table)
        newest = newest_order(session)
    seconds = time.perf_counter() - started
    if report.refusal:
        context.log.warning(f"no forecast is given: {report.refusal}")
    best = table.sort_values(["expected_revenue_365d", "customer_id"], ascending=[False, True])
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": len(table),
            **facts(as_of_date, newest, seconds),
            **figures({"expected_revenue_365d": _total(table["expected_revenue_365d"])}),
            **_calibration(report),
            "best_customers": shown(best.drop(columns="forecast_basis")),
            **picture(
                "customer_value_forecast",
                lambda: calibration_figure(report, as_of_date),
                warehouse.picture_folder,
                context.log,
            ),
        }
    )


def _total(expected: pd.Series) -> float | None:
    """Return the sum; None where no customer has a forecast."""
    return round(float(expected.sum()), 2) if expected.notna().any() else None


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
            "holdout_by_frequency": shown(groups),
        }
        if holdout.error is not None:
            metadata["holdout_error"] = round(holdout.error, 4)
        if holdout.revenue_error is not None:
            metadata["holdout_revenue_error"] = round(holdout.revenue_error, 4)
    return metadata
