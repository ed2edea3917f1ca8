"""What dbt is told on its command line and in its environment, as pure functions."""

import json
from pathlib import Path

from analytics_assets.settings import Settings
from analytics_assets.variables import Variables


def variable_arguments(variables: Variables) -> list[str]:
    """Return ``--vars`` with every variable, so that nothing is left to dbt's own defaults."""
    return ["--vars", json.dumps(variables.for_dbt(), sort_keys=True)]


def build_arguments(variables: Variables) -> list[str]:
    """Return the arguments that build the selected models; unit tests belong to ``dbt test``."""
    return ["build", "--exclude-resource-type", "unit_test", *variable_arguments(variables)]


def target_path(settings: Settings) -> Path:
    """Return the folder of the manifest and of what runs write.

    Beside the database, since dbt parses everything anew when its profile names another one, and
    apart from what a person's dbt writes.
    """
    return settings.data_dir / "dbt" / settings.target


def environment(settings: Settings) -> dict[str, str]:
    """Return the environment variables that dbt_project.yml and profiles.yml read."""
    return {
        "ANALYTICS_TARGET": settings.target,
        "ANALYTICS_DUCKDB_PATH": str(settings.duckdb_path),
        "DBT_TARGET_PATH": str(target_path(settings)),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
