"""This project as a person runs it: the job data_quality, with a Dagster event a check."""

import os
import shutil
import sys
from pathlib import Path

import dagster as dg

from analytics_assets.settings import PROJECT_ROOT
from checks.workplace import call, keep, workplace

DAGSTER = Path(sys.executable).with_name("dagster")
LOCATION = ("-m", "analytics_assets.definitions")


def prepare(database: Path) -> None:
    """Make the Dagster instance and the manifest of dbt, which outlive a run."""
    folder, environment = workplace(database, "dagster")
    shutil.copy(PROJECT_ROOT / "dagster.yaml", folder)
    call([DAGSTER, "job", "list", *LOCATION], folder, environment)


def run(database: Path) -> None:
    """Run the job in a process of its own."""
    folder, environment = workplace(database, "dagster")
    call([DAGSTER, "job", "execute", "-j", "data_quality", *LOCATION], folder, environment)


def collect(database: Path) -> None:
    """Keep what the newest run's events say."""
    folder, _ = workplace(database, "dagster")
    os.environ["DAGSTER_HOME"] = str(folder)
    with dg.DagsterInstance.get() as instance:
        [newest] = instance.get_runs(limit=1)
        events = instance.all_logs(newest.run_id, dg.DagsterEventType.ASSET_CHECK_EVALUATION)
        found = [event.asset_check_evaluation for event in events]
    keep(
        database,
        [
            (f"{one.asset_key} {one.check_name}", one.metadata["failing_rows"].value)
            for one in found
            if "failing_rows" in one.metadata
        ],
    )
