"""The dbt project: where it lies, what dbt receives, its manifest, parsed when it changed."""

import hashlib
import json
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock

from analytics_assets.errors import AnalyticsError
from analytics_assets.settings import DBT_PROJECT_DIR, Settings
from analytics_assets.variables import Variables

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult
    from dbt.contracts.graph.manifest import Manifest

_MADE_BY_DBT = {"target", "logs", "dbt_packages", ".user.yml"}

# dbt writes no log file and nothing to the terminal: what it built arrives as events.
_QUIET = ("--quiet", "--no-print", "--log-level", "none", "--log-level-file", "none")

# By hand dbt parses anew each time, since its cache keeps the folder that it was started from; here
# every path is absolute.
_CACHED = ("--partial-parse",)


class DbtProjectError(AnalyticsError):
    """dbt cannot parse the project; the message holds what dbt said."""


def arguments(settings: Settings, command: str, *others: str) -> list[str]:
    """Return dbt's arguments for one command, from global flags to the project's folders."""
    folders = {
        "--project-dir": DBT_PROJECT_DIR,
        "--profiles-dir": DBT_PROJECT_DIR,
        "--target-path": settings.dbt_target_path,
        "--log-path": settings.dbt_target_path,
    }
    named = [text for name, folder in folders.items() for text in (name, str(folder))]
    return [*_QUIET, command, *_CACHED, *named, "--target", settings.target, *others]


def variable_arguments(settings: Settings, variables: Variables, run_id: str) -> list[str]:
    """Return ``--vars``: every variable, the database, the run for Snowflake's query tags."""
    values: dict[str, Any] = {**variables.for_dbt(), "dagster_run": run_id}
    if settings.target == "duckdb":
        values["duckdb_path"] = str(settings.duckdb_path)
        values["duckdb_memory"] = settings.duckdb_memory
    return ["--vars", json.dumps(values, sort_keys=True)]


def manifest_path(settings: Settings) -> Path:
    """Return the path of a manifest that matches the project's files; parse only if there is none.

    Several processes may ask at once (``dg dev`` starts some): the first one parses.

    Raises:
        DbtProjectError: dbt refuses the project.
    """
    folder = settings.dbt_target_path
    folder.mkdir(parents=True, exist_ok=True)
    manifest, stamp = folder / "manifest.json", folder / "manifest.fingerprint"
    with _parsing(settings):
        fingerprint = _fingerprint(settings)
        if not (manifest.exists() and stamp.exists() and stamp.read_text() == fingerprint):
            stamp.unlink(missing_ok=True)
            parse(settings)
            stamp.write_text(fingerprint)
    return manifest


def parse(settings: Settings) -> "Manifest":
    """Return the manifest as dbt's own object, from dbt's cache where nothing changed.

    No variable takes part, so that another as_of_date never makes dbt parse anew.

    Raises:
        DbtProjectError: dbt refuses the project.
    """
    # dbt takes seconds to import; most processes only read the manifest's file.
    from dbt.cli.main import dbtRunner  # noqa: PLC0415

    with _parsing(settings):
        result = finished(dbtRunner().invoke(arguments(settings, "parse")))
    if not result.success or result.result is None:
        raise DbtProjectError(f"dbt cannot parse {DBT_PROJECT_DIR}: {result.exception}")
    manifest: Manifest = result.result  # type: ignore[assignment]
    return manifest


def finished(result: "dbtRunnerResult") -> "dbtRunnerResult":
    """Return what a command of dbt ended with; raise what a person or a signal ended it with.

    dbt hands these over like any error of its own.
    """
    if result.exception and not isinstance(result.exception, Exception):
        raise result.exception
    return result


def _parsing(settings: Settings) -> FileLock:
    """Return the lock that one process at a time holds while dbt writes its cache."""
    return FileLock(settings.dbt_target_path / "manifest.lock", is_singleton=True)


def _fingerprint(settings: Settings) -> str:
    digest = hashlib.sha256()
    for part in (settings.target, version("dbt-core"), str(DBT_PROJECT_DIR)):
        digest.update(part.encode())
    for path in sorted(DBT_PROJECT_DIR.rglob("*")):
        relative = path.relative_to(DBT_PROJECT_DIR)
        if path.is_file() and relative.parts[0] not in _MADE_BY_DBT:
            digest.update(str(relative).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
