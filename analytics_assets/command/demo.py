"""``make demo``: every asset materialized through Dagster, then a short summary."""

import gc
import sys

import dagster as dg

from analytics_assets.command.summary import summary
from analytics_assets.definitions import build_definitions
from analytics_assets.defs.automation.jobs import daily_job
from analytics_assets.errors import AnalyticsError
from analytics_assets.settings import CODE_LOCATION, load_settings

# Under this tag the UI finds the runs of a code location under their job.
_CODE_LOCATION = {".dagster/repository": f"__repository__@{CODE_LOCATION}"}


def main() -> int:
    """Run the daily job on the instance of DAGSTER_HOME; return the exit code of the process."""
    try:
        settings = load_settings()
        job = build_definitions(settings).resolve_job_def(daily_job.name)
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
    # The definitions stay until the end: looking through them for what is left over, again and
    # again, takes a tenth of the run.
    gc.freeze()
    with history as instance:
        result = job.execute_in_process(
            instance=instance,
            run_config={"loggers": {"progress": {}}},
            tags=_CODE_LOCATION,
            raise_on_error=False,
        )
    sys.stdout.write(summary(settings, result))
    # Else DuckDB complains of what was left open.
    gc.unfreeze()
    return 0 if result.success else 1


if __name__ == "__main__":
    sys.exit(main())
