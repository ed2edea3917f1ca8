"""The last assets of a run: the published copy of its tables, then the report of that copy.

They exist where the warehouse is a DuckDB file; on Snowflake everybody reads the warehouse itself.
"""

import dagster as dg

from analytics_assets.defs.published import copy
from analytics_assets.defs.published.figures import read as report_figures
from analytics_assets.defs.published.report import page
from analytics_assets.lib.charts.page import figures, write_atomically
from analytics_assets.lib.tables import OWNERS, tables
from analytics_assets.lib.warehouse.interface import Warehouse
from analytics_assets.settings import Settings

GROUP = "published"
# After whatever else can start, so that every check of the run has spoken.
_LAST = {"dagster/priority": "-100"}
COPY = dg.AssetKey("published_copy")
REPORT = dg.AssetKey("report")
_SAME = "holds_the_day_and_rows_of_the_tables"
_ADVICE = "Readers see older tables than these; run daily_refresh or build published_copy."


def for_settings(settings: Settings) -> dg.Definitions:
    """Return the copy, its check and the report; nothing where the warehouse is no file."""
    if settings.snowflake is not None:
        return dg.Definitions()
    return dg.Definitions(
        assets=[_copy(settings), _report(settings)], asset_checks=[_copy_check(settings)]
    )


def _copy(settings: Settings) -> dg.AssetsDefinition:
    reads = [made.asset_key for name, made in tables().items() if _is_published(name)]

    @dg.asset(
        key=COPY,
        deps=sorted(reads),
        group_name=GROUP,
        owners=OWNERS,
        kinds={"duckdb"},
        op_tags=_LAST,
        description="One DuckDB file with the tables of the newest good run, all of one day, for "
        "notebooks, BI and any DuckDB client from 1.4 on. Who keeps it open stops no run. Without "
        "e-mail, phone and address unless ANALYTICS_PUBLISH_PERSONAL is yes.",
    )
    def published_copy(warehouse: dg.ResourceParam[Warehouse]) -> dg.MaterializeResult[None]:
        """Copy every table into a new file and put it in the place of the old one."""
        with warehouse.session() as session:
            copied = copy.publish(
                session, settings.published_path, personal=settings.publish_personal
            )
        return dg.MaterializeResult(
            metadata={
                "path": dg.MetadataValue.path(str(settings.published_path)),
                "dagster/row_count": copied.rows,
                **figures(
                    {
                        "as_of_date": copied.as_of_date,
                        "tables": copied.tables,
                        "bytes": settings.published_path.stat().st_size,
                    }
                ),
            }
        )

    return published_copy


def _is_published(name: str) -> bool:
    return name.partition(".")[0] in copy.SCHEMAS


def _copy_check(settings: Settings) -> dg.AssetChecksDefinition:
    @dg.multi_asset_check(
        name="check_published_copy",
        specs=[
            dg.AssetCheckSpec(
                name=_SAME,
                asset=COPY,
                description="Each table is in the copy, with as many rows, and its day is that of "
                f"the tables. If it warns: {_ADVICE}",
            )
        ],
    )
    def check(warehouse: dg.ResourceParam[Warehouse]) -> dg.AssetCheckResult:
        try:
            with warehouse.session() as session:
                wrong = copy.differences(
                    session, settings.published_path, personal=settings.publish_personal
                )
        except copy.NotPublishedError as error:
            wrong = [str(error)]
        said = f"{'; '.join(wrong)}. {_ADVICE}" if wrong else "the same day, the same rows"
        return dg.AssetCheckResult(
            asset_key=COPY,
            check_name=_SAME,
            passed=not wrong,
            severity=dg.AssetCheckSeverity.WARN,
            description=said,
        )

    return check


def _report(settings: Settings) -> dg.AssetsDefinition:
    @dg.asset(
        key=REPORT,
        deps=[COPY],
        group_name=GROUP,
        owners=OWNERS,
        kinds={"html"},
        op_tags=_LAST,
        description="data/report.html, one page that needs no network: the last settled week and "
        "month against earlier ones, findings, pictures, best customers, what to do today, what "
        "did not count, warnings. Made from the published copy.",
    )
    def report(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
        """Read the copy, write the page and put it in the place of the old one."""
        with copy.opened(settings.published_path) as connection:
            read = report_figures(connection)
        findings = _findings(context.instance)
        content = page(read, findings, _warnings(context.instance, context.run.run_id))
        write_atomically(settings.report_path, content.encode())
        return dg.MaterializeResult(
            metadata={
                "path": dg.MetadataValue.path(str(settings.report_path)),
                "findings": "\n".join(findings),
                **figures(
                    {
                        "as_of_date": read.as_of_date,
                        "settled_until": read.settled,
                        "bytes": len(content.encode()),
                    }
                ),
            }
        )

    return report


def _findings(instance: dg.DagsterInstance) -> list[str]:
    """Return what the newest page of each published table says in one sentence."""
    found = []
    for name, made in tables().items():
        event = instance.get_latest_materialization_event(made.asset_key)
        if _is_published(name) and event and event.asset_materialization:
            finding = event.asset_materialization.metadata.get("finding")
            if finding and finding.value:
                found.append(str(finding.value))
    return found


def _warnings(instance: dg.DagsterInstance, run_id: str) -> list[tuple[str, str]] | None:
    """Return table and description of each check of the run that failed; None if it had none."""
    records = instance.get_records_for_run(
        run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION
    ).records
    events = [record.event_log_entry.dagster_event for record in records]
    evaluations = [event.asset_check_evaluation_data for event in events if event]
    if not evaluations:
        return None
    return [
        (evaluation.asset_key.to_user_string(), str(evaluation.description))
        for evaluation in evaluations
        if not evaluation.passed
    ]
