"""Small files that unpack to much: refused, in bounded time and memory, the disk left alone.

Each lands in a process of its own, whose address space is limited and whose time is.
"""

import gzip
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analytics_assets.intake import bounds, stage_text

SECONDS = 120
MEMORY = 4 << 30
LAND = """
import resource, sys
from pathlib import Path
import duckdb
from analytics_assets.intake import LandingError
from analytics_assets.intake import land

resource.setrlimit(resource.RLIMIT_AS, ({memory}, {memory}))
connection = duckdb.connect(sys.argv[1] + "/shop.duckdb", config={{"threads": 1}})
try:
    land(connection, Path(sys.argv[1]))
except LandingError as error:
    print(error.faults[0])
"""
MEBIBYTE = 1 << 20


def fault_of_a_child(folder: Path) -> str:
    """Land the folder in a child; return its fault, having seen that the disk did not fill."""
    before = sum(path.stat().st_size for path in folder.iterdir())
    child = subprocess.run(
        [sys.executable, "-c", LAND.format(memory=MEMORY), str(folder)],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=True,
    )
    after = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    assert after - before < 64 * MEBIBYTE
    return child.stdout


def write_bomb(folder: Path, lines: bytes, mebibytes: int) -> None:
    with gzip.open(folder / "customers.csv.gz", "wb", compresslevel=6) as file:
        file.write(b"customer_id,state\n")
        for _ in range(mebibytes):
            file.write(lines * (MEBIBYTE // len(lines)))


@pytest.mark.parametrize("lines", [b"\n", b"C,\n"], ids=["empty lines", "one customer"])
def test_a_gzip_bomb_is_refused_with_what_to_type(shop, monkeypatch, lines: bytes):
    monkeypatch.setattr(bounds, "ALWAYS_ALLOWED", MEBIBYTE)
    write_bomb(shop.folder, lines, 8)

    told = shop.fault()

    assert told.startswith("customers.csv.gz: its ")
    assert "Allowed is 200 times its size" in told
    assert told.endswith("type: gunzip customers.csv.gz")


@pytest.mark.slow
@pytest.mark.parametrize("lines", [b"C,\n", b'"'], ids=["one customer", "quotes"])
def test_a_quarter_of_a_gigabyte_in_a_quarter_of_a_megabyte_is_refused_in_time(shop, lines: bytes):
    write_bomb(shop.folder, lines, 256)

    told = fault_of_a_child(shop.folder)

    assert told.startswith("customers.csv.gz: ")
    assert "unpack to more than" in told


def test_a_gzip_of_usual_text_is_not_taken_for_a_bomb(shop):
    rows = "".join(f"C{number},UK\n" for number in range(200_000))
    packed = gzip.compress(b"customer_id,state\n" + rows.encode())
    (shop.folder / "customers.csv.gz").write_bytes(packed)

    assert shop.land().tables["customers"].rows_accepted == 200_000


@pytest.mark.slow
def test_a_parquet_file_of_nothing_but_nulls_is_refused_in_time(shop):
    rows = pa.table({"customer_id": pa.nulls(10**7, pa.string()), "state": pa.nulls(10**7)})
    with pq.ParquetWriter(
        shop.folder / "customers.parquet", rows.schema, compression="zstd"
    ) as file:
        for _ in range(10):
            file.write_table(rows, row_group_size=10**7)

    assert "bytes unpack to more than" in fault_of_a_child(shop.folder)


def test_too_many_broken_lines_are_refused_by_number(shop, monkeypatch):
    monkeypatch.setattr(stage_text, "MOST_BROKEN_LINES", 50)
    (shop.folder / "customers.csv").write_text("customer_id,state\n" + "C1,UK\n" * 60 + "x\n" * 50)
    assert shop.land().tables["customers"].rows_quarantined == 50

    (shop.folder / "customers.csv").write_text("customer_id,state\n" + "C1,UK\n" * 60 + "x\n" * 51)
    assert shop.fault() == (
        "customers.csv: more than 50 lines do not have as many values as the header, 2. Next: "
        "correct what wrote the file, or its header"
    )


@pytest.mark.slow
def test_a_million_columns_are_refused_at_once(shop):
    header = "customer_id," + ",".join(map(str, range(1_000_000)))
    (shop.folder / "customers.csv").write_text(f"{header}\nC1\n")
    started = time.monotonic()

    assert "Allowed are 10000" in shop.fault()
    assert time.monotonic() - started < 30


@pytest.mark.slow
def test_a_parquet_file_with_too_much_to_say_of_its_columns_is_refused(shop):
    names = ["customer_id", *(f"{number:0300d}" for number in range(40_000))]
    rows = pa.table([pa.array(["C1"])] * len(names), names=names)
    pq.write_table(
        rows, shop.folder / "customers.parquet", store_schema=False, write_statistics=False
    )

    assert "Allowed are 16777216; write it again with only the columns" in fault_of_a_child(
        shop.folder
    )


def test_a_footer_that_is_too_long_is_refused(shop, monkeypatch):
    monkeypatch.setattr(bounds, "LARGEST_FOOTER", 100)
    pq.write_table(pa.table({"customer_id": ["C1"]}), shop.folder / "customers.parquet")

    assert "customers.parquet: its footer has" in shop.fault()


def test_a_footer_that_names_more_rows_than_there_are_is_refused(shop):
    """Six tens of thousands in the footer, five in the file: both written as Thrift varints."""
    said, real = b"\xc0\xa9\x07", b"\xa0\x8d\x06"
    rows = pa.table({"customer_id": [f"C{number}" for number in range(50_000)]})
    path = shop.folder / "customers.parquet"
    pq.write_table(rows, path, compression="none", use_dictionary=False)
    content = path.read_bytes()
    footer = len(content) - int.from_bytes(content[-8:-4], "little") - 8
    place = content.index(real, footer)
    path.write_bytes(content[:place] + said + content[place + 3 :])

    assert "customers.parquet: holds 50000 rows, its footer says 60000" in shop.fault()
