"""The same shop on DuckDB and on the emulator, each built once a session."""

from pathlib import Path

import pytest
from emulator.process import Emulator
from snowflake_shop import SnowflakeShop, fill_raw

from analytics_assets.definitions import build_definitions
from analytics_assets.defs.automation.jobs import daily_job
from analytics_assets.settings import load_settings

SCALE = "0.02"


@pytest.fixture(scope="session")
def duckdb_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("duckdb") / "automated_intelligence.duckdb"
    settings = load_settings({"ANALYTICS_DUCKDB_PATH": str(path), "ANALYTICS_DEMO_SCALE": SCALE})
    job = build_definitions(settings).resolve_job_def(daily_job.name)
    assert job.execute_in_process(run_config={"loggers": {"progress": {}}}).success
    return path


@pytest.fixture(scope="session")
def shop(
    snowflake_emulator: Emulator, duckdb_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> SnowflakeShop:
    """Return a shop that was built by the daily job."""
    shop = SnowflakeShop(snowflake_emulator, "SHOP", tmp_path_factory.mktemp("snowflake"))
    fill_raw(shop, duckdb_path)
    run = shop.run_daily_job()
    assert run.returncode == 0, run.stderr[-3000:]
    return shop
