"""A file spoilt anywhere: it is refused by name with what to do, or every row of it is kept."""

import codecs
import csv
import faulthandler
import gzip
import io
import time
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from spoilt_files import spoilt_archives, spoilt_parquet, spoilt_texts

from analytics_assets.intake import LandingError, land

ITEMS = "order_id,product_id,quantity,unit_price\nO1,P1,1,1\n"
SECONDS_A_FILE = 20
FILES = {spoilt_texts: 110, spoilt_archives: 60, spoilt_parquet: 130}


def rows_by_python(name: str, content: bytes) -> int:
    """Return how many rows a file has, as csv, gzip and pyarrow say; they raise where it is bad."""
    if name.endswith(".parquet"):
        return pq.read_table(io.BytesIO(content), columns=["order_id"]).num_rows
    if name.endswith(".gz"):
        content = gzip.decompress(content)
    text = content.removeprefix(codecs.BOM_UTF8).decode("utf-8", "surrogateescape")
    rows = [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row]
    return len(rows) - 1


def land_spoilt(connection: duckdb.DuckDBPyConnection, folder: Path, name: str, content: bytes):
    """Land one spoilt file of orders; return how many rows were read, or None where refused."""
    (folder / name).write_bytes(content)
    started = time.monotonic()
    # Nothing else ends a reader that never returns.
    faulthandler.dump_traceback_later(SECONDS_A_FILE, exit=True)
    try:
        report = land(connection, folder)
    except LandingError as error:
        for fault in error.faults:
            assert fault.startswith(f"{name}: "), fault
            assert "Next: " in fault or "Allowed" in fault, fault
            assert fault.isascii()
            assert fault.isprintable()
        return None
    finally:
        faulthandler.cancel_dump_traceback_later()
        assert time.monotonic() - started < SECONDS_A_FILE
    told = report.tables["orders"]
    assert told.rows_read == (told.rows_accepted + told.rows_quarantined + told.rows_superseded)
    [(kept, readable)] = connection.execute(
        "select count(*), count(case when reason <> '' and json_valid(row_content) then 1 end) "
        "from raw.quarantined_rows where table_name = 'orders'"
    ).fetchall()
    assert told.rows_quarantined == kept == readable
    return told.rows_read


def land_all(folder: Path, files) -> tuple[int, int]:
    """Land each spoilt file; return how many landed and how many were refused."""
    (folder / "order_items.csv").write_text(ITEMS)
    (folder / "shop.yml").write_text("allow_fewer_orders: true")
    landed = refused = 0
    with duckdb.connect(config={"threads": 1}) as connection:
        for name, content in files:
            rows = land_spoilt(connection, folder, name, content)
            if rows is None:
                refused += 1
            else:
                assert rows == rows_by_python(name, content), content
                landed += 1
    return landed, refused


@pytest.mark.slow
@pytest.mark.parametrize("kind", FILES, ids=lambda kind: kind.__name__)
def test_of_many_spoilt_files_no_row_is_lost(tmp_path: Path, kind):
    landed, refused = land_all(tmp_path, kind(FILES[kind], seed=2))

    assert landed + refused == FILES[kind]
    assert landed
    assert refused
