"""The files are the same bytes every time and have exactly the types of the raw schema."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

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
def test_the_files_hold_the_shop_that_is_made_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shop, "_ROWS_PER_GROUP", 1000)
    write(SMALL, tmp_path)
    whole = generate(*SMALL)
    for file in FILES - {"ground_truth.json"}:
        assert pq.read_table(tmp_path / file).equals(getattr(whole, file.split(".")[0])), file
    assert json.loads((tmp_path / "ground_truth.json").read_text()) == whole.ground_truth
    assert pq.ParquetFile(tmp_path / "order_items.parquet").num_row_groups > 5


def test_another_seed_makes_another_shop_with_the_same_catalogue(tmp_path: Path) -> None:
    write(SMALL, tmp_path / "one")
    write((SMALL[0], SMALL[1] + 1), tmp_path / "other")
    one, other = hashes(tmp_path / "one"), hashes(tmp_path / "other")
    assert {name for name in FILES if one[name] == other[name]} == {"product_catalog.parquet"}


@pytest.mark.parametrize("scale", [0.0, -1.0, 0.009, float("nan")])
def test_a_scale_too_small_is_refused_with_the_smallest_one_allowed(scale: float) -> None:
    with pytest.raises(ValueError, match=r"scale must be a number from 0\.01 up"):
        generate(scale)
