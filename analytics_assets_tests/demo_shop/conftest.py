"""Two shops that these tests share: a whole one in memory, a tenth of it as files."""

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from analytics_assets.demo_shop import DemoShop, generate, write

TENTH = (0.1, 7)


@pytest.fixture(scope="session")
def shop() -> DemoShop:
    return generate()


@pytest.fixture(scope="session")
def tenth_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("tenth")
    write(TENTH, directory)
    return directory


@pytest.fixture(scope="session")
def tenth(tenth_directory: Path) -> duckdb.DuckDBPyConnection:
    """A database with a view on each file of a tenth of a shop."""
    database = duckdb.connect()
    for table in ("customers", "orders", "order_items", "product_catalog", "returns"):
        path = tenth_directory / f"{table}.parquet"
        database.execute(f"create view {table} as select * from '{path}'")
    return database


@pytest.fixture(scope="session")
def tenth_truth(tenth_directory: Path) -> dict[str, Any]:
    truth: dict[str, Any] = json.loads((tenth_directory / "ground_truth.json").read_text("utf-8"))
    return truth
