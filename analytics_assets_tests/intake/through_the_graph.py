"""A folder of files through landing, staging and what is asked for of the marts."""

from pathlib import Path

import dagster as dg
import duckdb
from materialized_shop import settings_for

from analytics_assets.definitions import build_definitions

JOB = "files"


def run(
    folder: Path,
    files: Path,
    assets: str = "orders_accounted_for",
    *,
    is_checked: bool = True,
    **environment: str,
) -> dg.ExecuteInProcessResult:
    """Land the files and build staging and the named assets with what they are made of."""
    settings = settings_for(folder, ANALYTICS_LANDING_DIR=str(files), **environment)
    selection = (
        dg.AssetSelection.groups("raw", "staging")
        | dg.AssetSelection.assets(*assets.split()).upstream()
    )
    job = dg.define_asset_job(
        JOB,
        selection if is_checked else selection.without_checks(),
        executor_def=dg.in_process_executor,
    )
    definitions = dg.Definitions.merge(build_definitions(settings), dg.Definitions(jobs=[job]))
    with dg.DagsterInstance.ephemeral() as instance:
        return definitions.resolve_job_def(JOB).execute_in_process(
            instance=instance, raise_on_error=False, run_config={"loggers": {"progress": {}}}
        )


def rows(folder: Path, sql: str) -> list[tuple[object, ...]]:
    """Return rows of the database in ``folder``."""
    with duckdb.connect(str(folder / "automated_intelligence.duckdb")) as connection:
        return connection.execute(sql).fetchall()


def found(result: dg.ExecuteInProcessResult) -> dict[str, str]:
    """Return the name of each broken rule -> severity and what a person reads of it."""
    return {
        check.check_name: f"{check.severity.value} {check.description}"
        for check in result.get_asset_check_evaluations()
        if not check.passed
    }
