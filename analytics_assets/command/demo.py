"""``make demo``: every asset materialized through Dagster, the history too, then a summary."""

import sys

import dagster as dg

from analytics_assets.command.summary import summary
from analytics_assets.definitions import build_definitions
from analytics_assets.defs.automation.history import built_day, days_to_fill, why_not
from analytics_assets.defs.automation.jobs import daily_job, history_job
from analytics_assets.errors import AnalyticsError
from analytics_assets.lib.dbt.by_day import day_partitions
from analytics_assets.lib.failures import causes
from analytics_assets.settings import CODE_LOCATION, Settings, load_settings

# Under this tag the UI finds the runs of a code location, in its timeline and under their job.
_CODE_LOCATION = {".dagster/repository": f"__repository__@{CODE_LOCATION}"}


def main() -> int:
    """Run the daily job on the instance of DAGSTER_HOME; return the exit code of the process."""
    try:
        settings = load_settings()
        definitions = build_definitions(settings)
        history = dg.DagsterInstance.get()
    except AnalyticsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except dg.DagsterError as error:
        reason = " ".join(str(error).split(". ")[0].split())
        sys.stderr.write(
            f"{reason}. Next: name a folder that exists, such as "
            "`mkdir -p .dagster; export DAGSTER_HOME=$PWD/.dagster`, or type make demo\n"
        )
        return 2
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with history as instance:
        result = definitions.resolve_job_def(daily_job.name).execute_in_process(
            instance=instance,
            run_config={"loggers": {"progress": {}}},
            tags=_CODE_LOCATION,
            raise_on_error=False,
        )
        trouble = (
            fill_history(definitions, settings, instance, result.run_id) if result.success else ""
        )
    sys.stdout.write(summary(settings, result))
    sys.stderr.write(trouble)
    return 1 if trouble or not result.success else 0


def fill_history(
    definitions: dg.Definitions,
    settings: Settings,
    instance: dg.DagsterInstance,
    run_id: str,
) -> str:
    """Fill shop_history for the day of a good run; return what went wrong, or "".

    The tables of the run are good either way.
    """
    day = built_day(instance, run_id)
    if day is None:  # no order has landed
        return ""
    partitions = day_partitions(settings.history_start, settings.variables.business_timezone)
    tags = days_to_fill(partitions, day)
    if not tags:
        return f"\nThe tables are good. {why_not(partitions, day)}\n"
    run = definitions.resolve_job_def(history_job.name).execute_in_process(
        instance=instance,
        run_config={"loggers": {"progress": {}}},
        tags={**_CODE_LOCATION, **tags},
        raise_on_error=False,
    )
    if run.success:
        return ""
    failed = [
        f"{check.asset_key.to_user_string()}: {check.description}"
        for check in run.get_asset_check_evaluations()
        if not check.passed and check.blocking
    ]
    said = "; ".join([*(cause for _, cause in causes(run.all_events)), *failed])
    return f"\nThe tables are good; shop_history is not filled: {said}\n"


if __name__ == "__main__":
    sys.exit(main())
