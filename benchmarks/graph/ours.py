"""This project as a person runs it: landing, every asset, every check, the summary."""

import shutil
import sys
from pathlib import Path

from checks.workplace import call, workplace

from analytics_assets.settings import PROJECT_ROOT


def prepare(database: Path) -> None:
    """Make the Dagster instance and the manifest, which outlive a run."""
    folder, environment = workplace(database, "graph")
    shutil.copy(PROJECT_ROOT / "dagster.yaml", folder)
    load = "from analytics_assets.definitions import *; build_definitions(load_settings())"
    call([sys.executable, "-W", "ignore", "-c", load], folder, environment)


def run(database: Path) -> None:
    """Run the demonstration in a process of its own."""
    folder, environment = workplace(database, "graph")
    call(
        [sys.executable, "-W", "ignore", "-m", "analytics_assets.command.demo"], folder, environment
    )


def collect(database: Path) -> None:
    """The tables are what it leaves."""
