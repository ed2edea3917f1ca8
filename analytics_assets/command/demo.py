"""``make demo``: every asset materialized through Dagster, then a short summary."""

import contextlib
import sys

import dagster as dg

from analytics_assets.command.summary import summary
from analytics_assets.definitions import build_definitions
from analytics_assets.defs.automation.jobs import daily_job
from analytics_assets.settings import SettingsError, load_settings


def main() -> int:
    """Run the daily job on the instance of DAGSTER_HOME; return the exit code of the process."""
    try:
        settings = load_settings()
        definitions = build_definitions(settings)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    job = definitions.resolve_job_def(daily_job.name)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with (
        dg.DagsterInstance.get() as instance,
        (settings.data_dir / "dbt_output.txt").open("w") as dbt_output,
        contextlib.redirect_stdout(dbt_output),
    ):
        result = job.execute_in_process(
            instance=instance, run_config={"loggers": {"progress": {}}}, raise_on_error=False
        )
    sys.stdout.write(summary(settings, result))
    return 0 if result.success else 1


if __name__ == "__main__":
    sys.exit(main())
