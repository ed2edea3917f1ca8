"""The text at the end of ``make demo``: what was built, what it says, and where to look next."""

from collections import Counter
from collections.abc import Iterable

import dagster as dg
import pandas as pd

from analytics_assets.lib.warehouse.duckdb import DuckDBWarehouse
from analytics_assets.settings import Settings

_TOP_RECOMMENDATIONS = """
    select recommendation_message, affinity_strength
    from analytics.product_recommendations
    where recommendation_basis = 'affinity'
    order by score desc, source_product_id, recommended_product_id
    limit 5
"""
_NEWEST_COMPLETE_COHORT = """
    select cohort_month, cohort_size, active_customers, retention_rate
    from analytics.monthly_cohorts
    where months_since_signup = 1 and is_complete
    order by cohort_month desc
    limit 1
"""


def summary(settings: Settings, result: dg.ExecuteInProcessResult) -> str:
    """Return the summary of one run of the daily job."""
    lines = ["", "Rows a table"]
    lines += [f"  {name:<40} {rows:>12,}" for name, rows in _row_counts(result)]
    if result.success:
        lines += _findings(DuckDBWarehouse(settings.duckdb_path))
    lines += ["", f"Checks: {_check_counts(result)}"]
    lines += ["", f"Database   {settings.duckdb_path}"]
    lines += ["Dagster UI make ui, then http://127.0.0.1:3000"]
    if not result.success:
        lines += ["", f"The run failed {_where_it_failed(result)}."]
    return "\n".join(lines) + "\n"


def _where_it_failed(result: dg.ExecuteInProcessResult) -> str:
    steps = [str(event.step_key) for event in result.get_step_failure_events()]
    if not any(event.is_step_start for event in result.all_events):
        return "at its start, before any step"
    return f"in {', '.join(steps) or 'a blocking check'}"


def _row_counts(result: dg.ExecuteInProcessResult) -> Iterable[tuple[str, int]]:
    for event in result.get_asset_materialization_events():
        materialization = event.step_materialization_data.materialization
        rows = materialization.metadata.get("dagster/row_count")
        if rows is not None:
            yield materialization.asset_key.to_user_string(), int(str(rows.value))


def _check_counts(result: dg.ExecuteInProcessResult) -> str:
    outcomes = Counter(
        "passed" if check.passed else "warned" if check.severity.value == "WARN" else "failed"
        for check in result.get_asset_check_evaluations()
    )
    return ", ".join(f"{outcomes[outcome]} {outcome}" for outcome in ("passed", "warned", "failed"))


def _findings(warehouse: DuckDBWarehouse) -> list[str]:
    with warehouse.session() as session:
        recommendations = session.read(_TOP_RECOMMENDATIONS)
        cohort = session.read(_NEWEST_COMPLETE_COHORT)
    lines = ["", "Top recommendations"]
    lines += [f"  {row.recommendation_message}" for row in recommendations.itertuples()] or [
        "  no pair is bought together more than baskets like these would give"
    ]
    for row in cohort.itertuples():
        month = pd.Timestamp(str(row.cohort_month))
        lines += [
            "",
            "Newest cohort with a complete month after signup",
            f"  {month:%B %Y}: {row.active_customers:,} of {row.cohort_size:,} customers bought in "
            f"the month after signup ({row.retention_rate:.1%})",
        ]
    return lines
