"""The environment of a shell that activated .venv, for commands run by tests."""

import os
import shutil
import sys
from pathlib import Path

from analytics_assets.settings import PROJECT_ROOT

TOOLS = Path(sys.executable).parent


def shell_environment(folder: Path) -> dict[str, str]:
    """Return what a shell has that activated .venv, pointed at a database of its own."""
    home = folder / "home"
    home.mkdir(exist_ok=True)
    shutil.copy(PROJECT_ROOT / "dagster.yaml", home)
    code_location = {
        f"DAGSTER_CLI_{command}_MODULE_NAME": "analytics_assets.definitions"
        for command in ("ASSET_LIST", "ASSET_MATERIALIZE", "JOB_EXECUTE")
    }
    return {
        **{name: value for name, value in os.environ.items() if "ANALYTICS" not in name},
        **code_location,
        "PATH": f"{TOOLS}{os.pathsep}{os.environ['PATH']}",
        "DAGSTER_HOME": str(home),
        "ANALYTICS_DUCKDB_PATH": str(folder / "automated_intelligence.duckdb"),
        "ANALYTICS_DEMO_SCALE": "0.05",
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
    }
