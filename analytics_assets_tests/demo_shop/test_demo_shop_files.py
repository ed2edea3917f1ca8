"""The files are the same bytes every time and have exactly the types of the raw schema."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analytics_assets.demo_shop import generate, shop, write

SMALL = (0.02, 11)
FILES = {
    "customers.parquet",
    "orders.parquet",
    "order_items.parquet",
    "product_catalog.parquet",
    "returns.parquet",
    "ground_truth.json",
}

# The raw schema as METHODS states it.
TYPES = {
    "customers": [
        *((name, "VARCHAR") for name in ("customer_id", "first_name", "last_name", "email")),
        *((name, "VARCHAR") for name in ("phone", "address", "city", "state", "zip_code")),
        ("registration_date", "DATE"),
        ("customer_segment", "VARCHAR"),
    ],
    "orders": [
        ("order_id", "VARCHAR"),
        ("customer_id", "VARCHAR"),
        ("order_date", "TIMESTAMP"),
        ("order_status", "VARCHAR"),
        ("total_amount", "DECIMAL(12,2)"),
        ("discount_percent", "DECIMAL(5,2)"),
        ("shipping_cost", "DECIMAL(8,2)"),
        ("customer_email", "VARCHAR"),
        ("currency", "VARCHAR"),
        ("updated_at", "TIMESTAMP"),
    ],
    "order_items": [
        ("order_item_id", "VARCHAR"),
        ("order_id", "VARCHAR"),
        ("product_id", "VARCHAR"),
        ("product_name", "VARCHAR"),
        ("product_category", "VARCHAR"),
        ("quantity", "INTEGER"),
        ("unit_price", "DECIMAL(10,2)"),
        ("line_total", "DECIMAL(12,2)"),
    ],
    "product_catalog": [
        ("product_id", "VARCHAR"),
        ("product_name", "VARCHAR"),
        ("product_category", "VARCHAR"),
        ("description", "VARCHAR"),
        ("features", "VARCHAR"),
        ("price", "DECIMAL(10,2)"),
        ("stock_quantity", "INTEGER"),
        ("unit_cost", "DECIMAL(10,2)"),
    ],
    "returns": [
        *((name, "VARCHAR") for name in ("return_id", "order_id", "order_item_id", "product_id")),
        ("quantity", "INTEGER"),
        ("amount", "DECIMAL(12,2)"),
        ("returned_at", "TIMESTAMP"),
        ("reason", "VARCHAR"),
    ],
}


def hashes(directory: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in directory.iterdir()}


@pytest.mark.slow
def test_another_process_writes_the_same_bytes(tmp_path: Path) -> None:
    write(SMALL, tmp_path / "here")
    program = (
        "import sys; from pathlib import Path;"
        "from analytics_assets.demo_shop import write;"
        f"write({SMALL!r}, Path(sys.argv[1]))"
    )
    subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "there")],
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "4242", "TZ": "Asia/Tokyo"},
    )
    assert hashes(tmp_path / "here") == hashes(tmp_path / "there")
    assert set(hashes(tmp_path / "here")) == FILES


@pytest.mark.slow
def test_a_shop_in_memory_is_written_to_the_same_bytes_as_a_streamed_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shop, "_ROWS_PER_GROUP", 1000)
    write(SMALL, tmp_path / "streamed")
    write(generate(*SMALL), tmp_path / "whole")
    assert pq.ParquetFile(tmp_path / "whole" / "order_items.parquet").num_row_groups > 5
    assert hashes(tmp_path / "streamed") == hashes(tmp_path / "whole")


def test_another_seed_makes_another_shop_with_the_same_catalogue(tmp_path: Path) -> None:
    write(SMALL, tmp_path / "one")
    write((SMALL[0], SMALL[1] + 1), tmp_path / "other")
    one, other = hashes(tmp_path / "one"), hashes(tmp_path / "other")
    assert {name for name in FILES if one[name] == other[name]} == {"product_catalog.parquet"}


@pytest.mark.parametrize("table", TYPES)
def test_columns_have_exactly_the_types_of_the_raw_schema(
    tenth: duckdb.DuckDBPyConnection, table: str
) -> None:
    described = tenth.execute(f"describe {table}").fetchall()
    assert [(name, kind) for name, kind, *_ in described] == TYPES[table]


def test_timestamps_have_no_zone_and_decimals_are_exact(tenth_directory: Path) -> None:
    schema = pq.read_schema(tenth_directory / "orders.parquet")
    assert schema.field("order_date").type == pa.timestamp("us")
    assert schema.field("total_amount").type == pa.decimal128(12, 2)


def test_the_tables_in_memory_are_valid() -> None:
    small = generate(0.01)
    for table in ("customers", "orders", "order_items", "product_catalog", "returns"):
        getattr(small, table).validate(full=True)


@pytest.mark.parametrize("scale", [0.0, -1.0, 0.009, float("nan")])
def test_a_scale_too_small_is_refused_with_the_smallest_one_allowed(scale: float) -> None:
    with pytest.raises(ValueError, match=r"scale must be a number from 0\.01 up"):
        generate(scale)


@pytest.mark.parametrize("seed", range(5))
def test_the_smallest_shop_has_every_kind_of_dirt_whatever_the_seed(seed: int) -> None:
    truth = generate(0.01, seed).ground_truth
    assert truth["rows"]["customers"] == 200
    assert 700 < truth["rows"]["orders"] < 1800
    assert [kind for kind, dirt in truth["dirt"].items() if dirt["rows"] == 0] == []
