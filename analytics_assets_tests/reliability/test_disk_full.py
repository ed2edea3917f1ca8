"""A file that may grow no further, as on a full disk: a clear error, and the old table."""

import multiprocessing
import resource
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics_assets.lib.warehouse.duckdb import DuckDBWarehouse

COLUMNS = {"n": "DOUBLE"}
LIMIT = 4_000_000  # bytes, about what the old table needs


def replace_with_a_large_table(path: Path, answer: Connection) -> None:
    large = pd.DataFrame({"n": np.random.default_rng(0).random(3_000_000)})
    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, LIMIT))
    try:
        with DuckDBWarehouse(path).session() as session:
            session.replace("analytics.t", large, COLUMNS)
    except BaseException as error:
        answer.send((type(error).__name__, str(error)))


@pytest.fixture
def message(tmp_path: Path) -> str:
    """Return what a process is told that cannot write all of its table."""
    path = tmp_path / "automated_intelligence.duckdb"
    with DuckDBWarehouse(path).session() as session:
        session.replace("analytics.t", pd.DataFrame({"n": np.arange(20)}), COLUMNS)
    # A limit cannot be lifted again, hence a process of its own.
    spawn = multiprocessing.get_context("spawn")
    listening, answering = spawn.Pipe(duplex=False)
    process = spawn.Process(target=replace_with_a_large_table, args=(path, answering))
    process.start()
    assert listening.poll(60)
    kind, message = listening.recv()
    process.join()
    assert kind == "WarehouseError"
    return str(message)


def test_it_names_the_file_and_what_to_do_and_the_old_table_stays(message: str, tmp_path: Path):
    path = tmp_path / "automated_intelligence.duckdb"

    assert message.startswith(f"{path} could not be written: ")
    assert "Free space on that disk and start again" in message
    with DuckDBWarehouse(path).session() as session:
        assert session.read("select count(*) as n, sum(n) as total from analytics.t").to_dict(
            "records"
        ) == [{"n": 20, "total": 190.0}]
        session.replace("analytics.t", pd.DataFrame({"n": [7.0]}), COLUMNS)
        assert session.read("select n from analytics.t")["n"].tolist() == [7.0]
