"""The asset ``customer_value_forecast``: what each customer will order in a year, or why not."""

from typing import Any

import dagster as dg
import pandas as pd

from analytics_assets.defs.customers import customer_value_forecast as forecast
from analytics_assets.defs.customers.chart_forecast import forecast_figure
from analytics_assets.defs.customers.customer_value_forecast import ForecastReport
from analytics_assets.defs.customers.histories import purchase_histories
from analytics_assets.lib.charts.canvas import percent, shortened
from analytics_assets.lib.charts.page import figures, picture
from analytics_assets.lib.charts.page import table as table_of
from analytics_assets.lib.python_asset import build, python_asset
from analytics_assets.lib.warehouse.interface import Session, Warehouse
from analytics_assets.lib.warehouse.literals import literals
from analytics_assets.variables import Variables

TABLE = "analytics.customer_value_forecast"
READS = (
    "staging.stg_customers",
    "staging.stg_orders",
    "staging.stg_returns",
    "staging.stg_clock",
)
_BEST = 8


@python_asset(TABLE, READS)
def customer_value_forecast(
    context: dg.AssetExecutionContext,
    warehouse: dg.ResourceParam[Warehouse],
    variables: dg.ResourceParam[Variables],
) -> dg.MaterializeResult[None]:
    """Read purchase histories, fit and judge the models, replace the table."""
    with build(TABLE, warehouse, variables) as made:
        session, as_of_date = made.session, made.as_of_date
        histories = purchase_histories(session, as_of_date)
        context.log.info(f"{len(histories):,} customers' purchase histories read")
        table, report = forecast.customer_value_forecast(histories)
        made.write(table)
        best = _best_customers(session, table)
    if report.refusal:
        context.log.warning(f"no forecast is given: {report.refusal}")
    return dg.MaterializeResult(
        metadata={
            **picture(
                "customer_value_forecast",
                lambda: forecast_figure(report, as_of_date),
                warehouse.picture_folder,
                context.log,
            ),
            **_trust(report),
            "best_customers": table_of(best),
            **made.facts,
        }
    )


def _best_customers(session: Session, table: pd.DataFrame) -> pd.DataFrame:
    """Return who is expected to bring most, by name and id."""
    best = table.dropna(subset="expected_revenue_365d")
    best = best.sort_values(["expected_revenue_365d", "customer_id"], ascending=[False, True])
    best = best.head(_BEST).reset_index(drop=True)
    if best.empty:
        return best[["customer_id"]]
    names = session.read(
        "select customer_id, customer_name from staging.stg_customers "
        f"where customer_id in ({literals(best['customer_id'])})"
    ).set_index("customer_id")["customer_name"]
    return pd.DataFrame(
        {
            "customer": best["customer_id"].map(names).fillna("").map(lambda n: shortened(n, 20)),
            "customer_id": best["customer_id"].map(lambda text: shortened(text, 20)),
            "expected": best["expected_revenue_365d"].map("{:,.0f}".format),
            "low": best["expected_revenue_low"].map("{:,.0f}".format, na_action="ignore"),
            "high": best["expected_revenue_high"].map("{:,.0f}".format, na_action="ignore"),
            "churn": best["churn_probability"].map(percent),
        }
    )


def _trust(report: ForecastReport) -> dict[str, Any]:
    """Return the totals and how far they can be trusted, as metadata."""
    level, holdout = report.level, report.holdout
    metadata: dict[str, Any] = {
        "forecast": report.refusal or "given",
        "buyers": report.buyers,
        "active_customers": report.active_customers,
        "last_year_revenue": round(report.last_year_revenue, 2),
        "last_year_orders": report.last_year_orders,
        **figures(
            {
                "expected_revenue_365d": _rounded(report.expected_revenue, 2),
                "expected_orders_365d": _rounded(report.expected_orders, 2),
                "level_revenue": _rounded(level.revenue if level else None, 6),
                "level_orders": _rounded(level.orders if level else None, 6),
                "level_shift": _rounded(level.shift if level else None, 6),
                "cells": len(report.cells.customers) if report.cells else None,
                "holdout_error": _rounded(holdout.error if holdout else None, 4),
            }
        ),
    }
    if holdout:
        metadata["holdout"] = (
            f"revenue {holdout.expected_revenue:,.0f} expected, {holdout.actual_revenue:,.0f} came;"
            f" purchase days {holdout.expected_orders:,.0f} expected,"
            f" {holdout.actual_orders:,.0f} came"
        )
    else:
        reason = report.holdout_refusal or "three years of history are needed"
        metadata["holdout"] = f"level not yet verified: {reason}"
    if report.purchases:
        metadata["bg_nbd"] = ", ".join(
            f"{name} {getattr(report.purchases, name):.4f}" for name in ("r", "alpha", "a", "b")
        )
    if report.value:
        metadata["gamma_gamma"] = ", ".join(
            f"{name} {getattr(report.value, name):.2f}" for name in ("p", "q", "gamma")
        )
    return metadata


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
