"""A shop's database and the run that made it, for tests that look at the tables."""

import datetime
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb

from analytics_assets.definitions import build_definitions
from analytics_assets.defs.automation.jobs import daily_job, run_config
from analytics_assets.demo_shop import DEFAULT_SEED, write
from analytics_assets.settings import Settings, load_settings

SCALE, SEED = 0.05, DEFAULT_SEED


@dataclass(frozen=True)
class Shop:
    settings: Settings
    result: dg.ExecuteInProcessResult

    @property
    def files(self) -> Path:
        assert self.settings.landing_dir
        return self.settings.landing_dir

    @property
    def truth(self) -> dict[str, Any]:
        """What the generator planted."""
        planted: dict[str, Any] = json.loads((self.files / "ground_truth.json").read_text())
        return planted

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        with duckdb.connect(self.settings.duckdb_path) as connection:
            return connection.execute(sql).fetchall()

    def hashes(self) -> dict[str, tuple[object, ...]]:
        return table_hashes(self.settings.duckdb_path)


def build_shop(folder: Path) -> Shop:
    """Make the demonstration shop in ``folder`` / files and every table of it."""
    write((SCALE, SEED), folder / "files")
    settings = settings_for(folder, ANALYTICS_LANDING_DIR=str(folder / "files"))
    result = run_job(settings)
    failures = [event.step_failure_data for event in result.get_step_failure_events()]
    assert result.success, [failure.error_display_string for failure in failures]
    return Shop(settings, result)


def table_hashes(path: Path) -> dict[str, tuple[object, ...]]:
    """Return row count and a hash that no order of rows changes, of every table and view."""
    with duckdb.connect(path) as connection:
        names = connection.execute(
            "select table_schema || '.' || table_name from information_schema.tables "
            "where table_schema in ('raw', 'staging', 'analytics', 'realtime') "
            # When it landed and from where is another each time.
            "and table_name <> 'landings' order by 1"
        ).fetchall()
        return {
            name: connection.execute(
                f"select count(*), coalesce(sum(hash(t)), 0) from {name} as t"
            ).fetchall()[0]
            for (name,) in names
        }


def settings_for(folder: Path, **environment: str) -> Settings:
    """Return the settings of a shop whose database is in ``folder``."""
    shared = {
        "ANALYTICS_DUCKDB_PATH": str(folder / "automated_intelligence.duckdb"),
        "DBT_TARGET_PATH": os.environ["DBT_TARGET_PATH"],
    }
    return load_settings({**shared, **environment})


def run_job(
    settings: Settings,
    job: str = daily_job.name,
    as_of_date: str | None = None,
    assets: Sequence[str] = (),
) -> dg.ExecuteInProcessResult:
    """Run a job to its end; ``assets`` are the only ones of it that run, all if empty."""
    config = run_config(datetime.date.fromisoformat(as_of_date)) if as_of_date else {}
    with dg.DagsterInstance.ephemeral() as instance:
        return (
            build_definitions(settings)
            .resolve_job_def(job)
            .execute_in_process(
                instance=instance,
                run_config={**config, "loggers": {"progress": {}}},
                asset_selection=[dg.AssetKey(name) for name in assets] or None,
                raise_on_error=False,
            )
        )
