"""Where a method of checks works: a folder beside the shop, and processes that find it there."""

import os
import subprocess
from collections.abc import Iterable
from pathlib import Path

import duckdb

CATALOG = "automated_intelligence"


def workplace(database: Path, method: str) -> tuple[Path, dict[str, str]]:
    """Return a method's folder, made if missing, and the environment in which it finds the shop.

    The shop is there under the name of its catalogue: a hard link, since DuckDB takes the name of
    what a symbolic one leads to.
    """
    folder = database.with_suffix(f".{method}").absolute()
    folder.mkdir(exist_ok=True)
    link = folder / f"{CATALOG}.duckdb"
    if not link.exists():
        link.hardlink_to(database.absolute())
    return folder, os.environ | {
        "ANALYTICS_DUCKDB_PATH": str(link),
        "DAGSTER_HOME": str(folder),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }


def call(command: Iterable[str | Path], folder: Path, environment: dict[str, str]) -> None:
    """Run a command in the folder; RuntimeError with its last lines where it fails."""
    output = folder / "output.txt"
    with output.open("w") as stream:
        ended = subprocess.run(
            [str(part) for part in command],
            cwd=folder,
            env=environment,
            stdout=stream,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if ended.returncode:
        raise RuntimeError(f"ended with {ended.returncode}: {output.read_text()[-500:]}")


def keep(database: Path, failing_rows: Iterable[tuple[str, int]]) -> None:
    """Put (rule, failing rows) into analytics.result."""
    with duckdb.connect(database) as connection:
        connection.execute(
            "create or replace table analytics.result (rule varchar, failing_rows bigint)"
        )
        connection.executemany("insert into analytics.result values (?, ?)", list(failing_rows))
