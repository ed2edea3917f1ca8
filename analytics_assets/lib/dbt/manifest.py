"""The manifest: parsed when it is missing or older than what it was made from, and only then."""

import hashlib
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from filelock import FileLock

from analytics_assets.lib.dbt.arguments import environment, target_path, variable_arguments
from analytics_assets.settings import DBT_PROJECT_DIR, Settings, Target

_MADE_BY_DBT = {"target", "logs", "dbt_packages", ".user.yml"}


class ManifestError(RuntimeError):
    """dbt could not parse the project; the message holds what dbt said."""


def fresh_manifest(settings: Settings) -> Path:
    """Return the path of a manifest that matches the project's files; parse only if there is none.

    Several processes may ask at once (``dagster dev`` starts some): the first one parses.

    Raises:
        ManifestError: dbt refused the project.
    """
    folder = target_path(settings)
    folder.mkdir(parents=True, exist_ok=True)
    manifest, stamp = folder / "manifest.json", folder / "manifest.fingerprint"
    with FileLock(folder / "manifest.lock"):
        fingerprint = _fingerprint(settings)
        if not (manifest.exists() and stamp.exists() and stamp.read_text() == fingerprint):
            stamp.unlink(missing_ok=True)
            _parse(settings)
            stamp.write_text(fingerprint)
    return manifest


def dbt_executable(target: Target = "duckdb") -> str:
    """Return the command that runs dbt in this environment, which need not be on the PATH."""
    name = "analytics-dbt" if target == "snowflake" else "dbt"
    beside_python = Path(sys.executable).parent / name
    return str(beside_python) if beside_python.exists() else name


def _fingerprint(settings: Settings) -> str:
    digest = hashlib.sha256()
    for part in (settings.target, version("dbt-core"), repr(settings.variables)):
        digest.update(part.encode())
    for path in sorted(DBT_PROJECT_DIR.rglob("*")):
        relative = path.relative_to(DBT_PROJECT_DIR)
        if path.is_file() and relative.parts[0] not in _MADE_BY_DBT:
            digest.update(str(relative).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _parse_command(settings: Settings) -> list[str]:
    # The same target and variables as a run's, or dbt would parse everything anew in each run.
    variables = variable_arguments(settings.variables)
    return [
        dbt_executable(settings.target),
        "--quiet",
        "parse",
        "--target",
        settings.target,
        *variables,
    ]


def _parse(settings: Settings) -> None:
    result = subprocess.run(
        _parse_command(settings),
        cwd=DBT_PROJECT_DIR,
        env={**os.environ, **environment(settings)},
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode != 0:
        raise ManifestError(f"dbt parse failed:\n{result.stdout}{result.stderr}")
