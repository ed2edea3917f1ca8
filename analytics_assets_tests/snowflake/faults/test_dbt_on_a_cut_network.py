"""dbt outlasts a network that is cut for a while.

Its profile has no option that gives up on a network that stays cut: the limit of a run's time does,
which docs/snowflake.md names.
"""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from emulator.process import Emulator
from network import Network

from analytics_assets.settings import DBT_PROJECT_DIR

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("snowflake")]

CUT_SECONDS = 5


def test_a_statement_goes_on_when_the_network_is_there_again(
    snowflake_emulator: Emulator, network: Network, tmp_path: Path
):
    network.cut_at_request = b"select 1 as id"
    threading.Thread(target=mend_after_a_cut, args=[network], daemon=True).start()

    done = subprocess.run(
        [str(Path(sys.executable).parent / "dbt"), "debug", "--connection"],
        cwd=DBT_PROJECT_DIR,
        env={
            **os.environ,
            **snowflake_emulator.environment("CUT"),
            "SNOWFLAKE_PORT": str(network.port),
            "DBT_PROFILES_DIR": str(DBT_PROJECT_DIR),
            "DBT_TARGET_PATH": str(tmp_path / "target"),
            "DBT_LOG_PATH": str(tmp_path / "logs"),
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert network.was_cut
    assert done.returncode == 0, done.stdout


def mend_after_a_cut(network: Network) -> None:
    while not network.is_cut:
        threading.Event().wait(0.1)
    threading.Event().wait(CUT_SECONDS)
    network.mend()
