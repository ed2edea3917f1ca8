"""The assets of cohorts: who comes back by cohort, and by month against the year before."""

from typing import Any

import dagster as dg
import pandas as pd

from analytics_assets.defs.cohorts import chart, grid, retention_index
from analytics_assets.defs.cohorts.counts import cohort_counts
from analytics_assets.lib.charts.canvas import percent
from analytics_assets.lib.charts.page import figures, picture
from analytics_assets.lib.charts.page import table as table_of
from analytics_assets.lib.python_asset import build, python_asset
from analytics_assets.lib.warehouse.interface import Session, Warehouse
from analytics_assets.variables import Variables

COHORTS, INDEX = "analytics.monthly_cohorts", "analytics.monthly_retention_index"
DAILY_SALES = "analytics.daily_sales"
NEWEST_COHORTS = 8  # with more, the table has over 1,000 characters and the UI folds it away
SHOWN_MONTHS = 12


@python_asset(
    COHORTS,
    (
        *("staging.stg_customers", "staging.stg_orders", "staging.stg_returns"),
        *("staging.stg_clock", DAILY_SALES),
    ),
)
def monthly_cohorts(
    context: dg.AssetExecutionContext,
    warehouse: dg.ResourceParam[Warehouse],
    variables: dg.ResourceParam[Variables],
) -> dg.MaterializeResult[None]:
    """Read cohort counts, compute the triangle, replace the table."""
    with build(COHORTS, warehouse, variables) as made:
        session, as_of_date = made.session, made.as_of_date
        counts = cohort_counts(session, variables.cohort_basis)
        triangle = grid.monthly_cohorts(counts, as_of_date)
        made.write(triangle)
        settled = chart.settled_cells(triangle, _settled_until(session))
    return dg.MaterializeResult(
        metadata={
            **picture(
                "monthly_cohorts",
                lambda: chart.retention_figure(settled, as_of_date, variables.cohort_basis),
                warehouse.picture_folder,
                context.log,
            ),
            **made.facts,
            **cohort_figures(settled),
            "cohort_basis": variables.cohort_basis,
            "retention_of_the_newest_cohorts": table_of(newest_cohorts(settled), NEWEST_COHORTS),
        }
    )


@python_asset(INDEX, (COHORTS, "staging.stg_clock", DAILY_SALES))
def monthly_retention_index(
    context: dg.AssetExecutionContext,
    warehouse: dg.ResourceParam[Warehouse],
    variables: dg.ResourceParam[Variables],
) -> dg.MaterializeResult[None]:
    """Read the cohorts, compare each month with that of the year before, replace the table."""
    with build(INDEX, warehouse, variables) as made:
        session, as_of_date = made.session, made.as_of_date
        cohorts = session.read(
            "select cohort_month, months_since_signup, cohort_size, active_customers, is_complete,"
            f" as_of_date from {COHORTS}"
        )
        index = retention_index.monthly_retention_index(cohorts)
        made.write(index)
        settled = chart.settled_months(index, _settled_until(session))
    measured = settled[settled["retention_index"].notna()]
    return dg.MaterializeResult(
        metadata={
            **picture(
                "monthly_retention_index",
                lambda: chart.index_figure(settled, as_of_date),
                warehouse.picture_folder,
                context.log,
            ),
            **made.facts,
            **figures(
                {
                    "months_measured": len(measured),
                    "newest_index": measured["retention_index"].iloc[-1] if len(measured) else None,
                }
            ),
            "newest_months": table_of(newest_months(measured), SHOWN_MONTHS),
        }
    )


def _settled_until(session: Session) -> pd.Timestamp:
    """Return the last settled day of daily_sales; NaT where none is."""
    days = session.read(f"select max(order_day) as day from {DAILY_SALES} where is_settled")
    return pd.Timestamp(days["day"].iloc[0])


def cohort_figures(triangle: pd.DataFrame) -> dict[str, Any]:
    """Return the figures of the table that plot well over time.

    active_customers, revenue and returns are of the newest calendar month that has ended settled;
    month_1_retention is that of all cohorts, weighted by size; better and worse cells are those of
    cohort_health.
    """
    ended = triangle[triangle["is_complete"]]
    months = ended["cohort_month"].dt.to_period("M").array + ended["months_since_signup"].to_numpy()
    newest = ended[months == months.max()] if len(ended) else ended
    first = ended[ended["months_since_signup"] == 1]
    members = int(first["cohort_size"].sum())
    words = triangle["cohort_health"]
    return figures(
        {
            "cohorts": int(triangle["cohort_month"].nunique()),
            "active_customers": int(newest["active_customers"].sum()),
            "month_revenue": round(float(newest["cohort_revenue"].sum()), 2),
            "month_returns": round(float(newest["cohort_returns"].sum()), 2),
            "month_1_retention": first["active_customers"].sum() / members if members else None,
            "judged_cells": int((words != "insufficient_data").sum()),
            "better_cells": int((words == "healthy").sum()),
            "worse_cells": int(words.isin(["at_risk", "poor"]).sum()),
        }
    )


def newest_cohorts(triangle: pd.DataFrame) -> pd.DataFrame:
    """Return the triangle of the newest cohorts as text: one row per cohort, one column per month.

    In the running month, and in others that have not ended, the share is what it is so far.
    """
    cells = chart.retention_cells(triangle, NEWEST_COHORTS)
    texts: dict[str, dict[int, str]] = {"cohort": {}, "customers": {}}
    for cell in cells.sort_values(["months_since_signup", "row"]).to_dict("records"):
        row, so_far = cell["row"], " so far" if cell["kind"] == chart.RUNNING else ""
        texts["cohort"][row] = f"{cell['cohort_month']:%Y-%m}"
        texts["customers"][row] = f"{cell['cohort_size']:,}"
        month = texts.setdefault(f"month {cell['months_since_signup']}", {})
        month[row] = percent(cell["retention_rate"]) + so_far
    return pd.DataFrame(texts).sort_index()


def newest_months(measured: pd.DataFrame) -> pd.DataFrame:
    """Return the newest months that have an index as text, one row per month."""
    newest = measured.tail(SHOWN_MONTHS)
    return pd.DataFrame(
        {
            "month": newest["calendar_month"].dt.strftime("%Y-%m"),
            "active": newest["active_customers"].map("{:,}".format),
            "expected": newest["expected_active_customers"].map("{:,.0f}".format),
            "index": newest["retention_index"].map("{:.2f}".format),
            "compared with chance": newest["retention_change"],
        }
    )
