"""One plain ``dbt build`` of the same models, on the tables that are there."""

import sys
from pathlib import Path

from checks.workplace import call, workplace

from analytics_assets.settings import DBT_PROJECT_DIR

DBT = Path(sys.executable).with_name("dbt")
PLACES = ("--project-dir", str(DBT_PROJECT_DIR), "--profiles-dir", str(DBT_PROJECT_DIR))


def prepare(database: Path) -> None:
    """Parse the project, as a person's earlier run would have."""
    folder, environment = workplace(database, "build")
    call([DBT, "parse", *PLACES, "--target-path", str(folder)], folder, environment)


def run(database: Path) -> None:
    """Build every model in a process of its own."""
    folder, environment = workplace(database, "build")
    options = ("--exclude-resource-type", "unit_test", "--target-path", str(folder))
    call([DBT, "build", *PLACES, *options], folder, environment)


def collect(database: Path) -> None:
    """The tables are what it leaves."""
