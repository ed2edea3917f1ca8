"""dbt gives up on a network that does not answer, since `analytics-dbt` tells it to."""

import os
import subprocess
import time
from pathlib import Path

import pandas as pd
import pytest
from emulator.process import Emulator
from network import Network

from analytics_assets.defs.contracts import RAW
from analytics_assets.lib.dbt.manifest import dbt_executable
from analytics_assets.lib.warehouse.snowflake import SnowflakeWarehouse
from analytics_assets.lib.warehouse.snowflake_account import read_account
from analytics_assets.settings import DBT_PROJECT_DIR

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("snowflake")]

PATIENCE_SECONDS = 4
MOST_SECONDS = 90


def seed(
    emulator: Emulator, network: Network, folder: Path
) -> tuple[subprocess.CompletedProcess[str], float]:
    """Let dbt load a seed through the network; return what became of it, and its seconds."""
    started = time.monotonic()
    done = subprocess.run(
        [dbt_executable("snowflake"), "seed", "--select", "order_statuses"],
        cwd=DBT_PROJECT_DIR,
        env={
            **os.environ,
            **emulator.environment("CUT"),
            "SNOWFLAKE_PORT": str(network.port),
            "SNOWFLAKE_NETWORK_TIMEOUT_SECONDS": str(PATIENCE_SECONDS),
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_LOG_PATH": str(folder / "logs"),
        },
        capture_output=True,
        text=True,
        timeout=MOST_SECONDS + 30,
        check=False,
    )
    return done, time.monotonic() - started


def test_a_cut_network_is_an_error_and_the_next_run_is_green(
    snowflake_emulator: Emulator, network: Network, tmp_path: Path
):
    with SnowflakeWarehouse(read_account(snowflake_emulator.environment("CUT"))).session() as raw:
        for contract in RAW:
            raw.replace(
                contract.table, pd.DataFrame(columns=list(contract.columns)), contract.columns
            )
    network.cut_at_request = b"order_statuses"

    failed, seconds = seed(snowflake_emulator, network, tmp_path)

    assert network.is_cut, failed.stdout
    assert failed.returncode == 1, failed.stdout
    assert "Database Error" in failed.stdout or "Failed to" in failed.stdout
    assert seconds < MOST_SECONDS

    network.mend()
    repaired, _ = seed(snowflake_emulator, network, tmp_path)
    assert repaired.returncode == 0, repaired.stdout
