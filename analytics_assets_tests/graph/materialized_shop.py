"""A shop's database and the run that made it, for tests that look at the tables."""

import datetime
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import duckdb

from analytics_assets.definitions import build_definitions
from analytics_assets.defs.automation.jobs import daily_job, run_config
from analytics_assets.settings import Settings, load_settings


@dataclass(frozen=True)
class Shop:
    settings: Settings
    result: dg.ExecuteInProcessResult

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        with duckdb.connect(self.settings.duckdb_path) as connection:
            return connection.execute(sql).fetchall()

    def hashes(self) -> dict[str, tuple[object, ...]]:
        return table_hashes(self.settings.duckdb_path)


def table_hashes(path: Path) -> dict[str, tuple[object, ...]]:
    """Return row count and a hash that no order of rows changes, of every table and view."""
    with duckdb.connect(path) as connection:
        names = connection.execute(
            "select table_schema || '.' || table_name from information_schema.tables "
            "where table_schema in ('raw', 'staging', 'analytics', 'realtime') order by 1"
        ).fetchall()
        hashes = {}
        for (name,) in names:
            (row,) = connection.execute(
                f"select count(*), coalesce(sum(hash(t)), 0) from {name} as t"
            ).fetchall()
            hashes[name] = row
        return hashes


def settings_for(folder: Path, **environment: str) -> Settings:
    """Return the settings of a shop in ``folder``: a twentieth of the demonstration shop."""
    database = folder / "automated_intelligence.duckdb"
    small = {"ANALYTICS_DUCKDB_PATH": str(database), "ANALYTICS_DEMO_SCALE": "0.05"}
    return load_settings({**small, **environment})


def run_job(
    settings: Settings, job: str = daily_job.name, as_of_date: str | None = None
) -> dg.ExecuteInProcessResult:
    config = run_config(datetime.date.fromisoformat(as_of_date)) if as_of_date else {}
    with dg.DagsterInstance.ephemeral() as instance:
        return (
            build_definitions(settings)
            .resolve_job_def(job)
            .execute_in_process(
                instance=instance,
                run_config={**config, "loggers": {"progress": {}}},
                raise_on_error=False,
            )
        )
