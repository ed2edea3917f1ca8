"""The text at the end of ``make demo``: what counted, what it says, where to look."""

import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence

import dagster as dg
import pandas as pd

from analytics_assets.lib.failures import causes
from analytics_assets.lib.warehouse.duckdb import DuckDBWarehouse
from analytics_assets.settings import IS_CHECKOUT, Settings

_ACCOUNTED_FOR = """
    select part_of, reason, orders, amount, share_of_amount, coalesce(examples, '')
    from analytics.orders_accounted_for
    where orders > 0
    order by part_of, case when reason = 'counted as revenue' then 0 else 1 end, amount desc
"""
_TOP_RECOMMENDATIONS = """
    select recommendation_message
    from analytics.product_recommendations
    where recommendation_basis = 'affinity'
    order by score desc, source_product_id, recommended_product_id
    limit 5
"""


def summary(settings: Settings, result: dg.ExecuteInProcessResult) -> str:
    """Return the summary of one run of the daily job; of a failed one, its causes only."""
    if not result.success:
        return "\n".join(["", *_failure(result), ""])
    warehouse = DuckDBWarehouse(settings.duckdb_path, memory_limit=settings.duckdb_memory)
    sections = {
        "Which orders counted": _accounted_for(warehouse),
        "Findings": _findings(result),
        "Top recommendations": _recommendations(warehouse),
        "Rows per table": _row_counts(result),
        f"Checks: {_check_counts(result)}": _warnings(result),
    }
    lines = []
    for title, content in sections.items():
        if content:
            lines += ["", title, *(f"  {line}" for line in content)]
    lines += ["", f"Report      {settings.report_path}"]
    lines += [f"Tables      {settings.published_path}, for notebooks and BI"]
    lines += [f"Pictures    {warehouse.picture_folder}"]
    if IS_CHECKOUT:
        lines += ["Dagster UI  make ui, then http://127.0.0.1:3000"]
        lines += ["Next        make questions, make sql, make export"]
    else:
        lines += ["Dagster UI  dagster dev -m analytics_assets.definitions"]
        lines += ["Next        analytics-questions, analytics-sql, analytics-export"]
    return "\n".join(lines) + "\n"


def _failure(result: dg.ExecuteInProcessResult) -> Iterator[str]:
    """Yield why the run failed: the cause of each failed step, then each failed blocking check."""
    yield "The run failed; what it did not reach is as it was."
    for step, cause in causes(result.all_events):
        yield ""
        yield f"{step}: {cause}" if step else cause
    for check in result.get_asset_check_evaluations():
        if _outcome(check) == "failed" and check.blocking:
            yield ""
            yield f"{check.asset_key.to_user_string()}: {check.description}"


def _accounted_for(warehouse: DuckDBWarehouse) -> list[str]:
    with warehouse.session() as session:
        rows = session.read(_ACCOUNTED_FOR)
    lines = []
    for part, group in rows.groupby("part_of"):
        lines += [] if part == "all orders" else [f"of the {part}:"]
        for _, reason, orders, amount, share, examples in group.itertuples(index=False):
            percent = "" if pd.isna(share) else f"{share:.1%}"
            line = f"{reason:<30} {orders:>9,} orders {amount:>18,.2f} {percent:>7}  {examples}"
            lines.append(line if len(line) <= 160 else f"{line[:157]}...")
    return lines


def _findings(result: dg.ExecuteInProcessResult) -> list[str]:
    found = (
        event.step_materialization_data.materialization.metadata.get("finding")
        for event in result.get_asset_materialization_events()
    )
    return [str(value.value) for value in found if value is not None and value.value]


def _recommendations(warehouse: DuckDBWarehouse) -> list[str]:
    with warehouse.session() as session:
        rows = session.read(_TOP_RECOMMENDATIONS)
    return list(rows["recommendation_message"]) or [
        "no pair is bought together more than baskets like these would give"
    ]


def _row_counts(result: dg.ExecuteInProcessResult) -> list[str]:
    counts = []
    for event in result.get_asset_materialization_events():
        materialization = event.step_materialization_data.materialization
        rows = materialization.metadata.get("dagster/row_count")
        if rows is not None:
            name = materialization.asset_key.to_user_string()
            counts.append(f"{name:<38} {int(str(rows.value)):>12,}")
    return counts


def _check_counts(result: dg.ExecuteInProcessResult) -> str:
    outcomes = Counter(_outcome(check) for check in result.get_asset_check_evaluations())
    return ", ".join(f"{outcomes[outcome]} {outcome}" for outcome in ("passed", "warned", "failed"))


def _outcome(check: dg.AssetCheckEvaluation) -> str:
    if check.passed:
        return "passed"
    return "warned" if check.severity is dg.AssetCheckSeverity.WARN else "failed"


def _warnings(result: dg.ExecuteInProcessResult) -> Sequence[str]:
    lines = []
    for check in result.get_asset_check_evaluations():
        if not check.passed:
            text = f"{check.asset_key.to_user_string()}: {check.description}."
            first, *others = textwrap.wrap(text, 96)
            lines += [f"- {first}", *(f"  {line}" for line in others)]
    return lines
