"""`make export`: what a reader of the files sees is what stands in the tables."""

import csv
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import pyarrow.parquet as pq
import pytest

from analytics_assets.command import export as command
from analytics_assets.command.export import export

ROWS = [("007", "=1+1"), ("1e5", None), ("http://a.example", "a,b\n<c>")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "copy.duckdb"
    with duckdb.connect(copy) as connection:
        connection.execute("create schema analytics")
        connection.execute(
            "create table analytics.customer_notes"
            "(customer_id varchar, note varchar, first_day date, spent decimal(9, 2), "
            "good boolean, seen timestamp)"
        )
        for name, note in ROWS:
            connection.execute(
                "insert into analytics.customer_notes values (?, ?, '2025-03-01', 12.50, true, "
                "'2025-03-01 12:00:00')",
                [name, note],
            )
        connection.execute("create table analytics.int_steps(a integer)")
    copy.chmod(0o444)
    files = dict(export(copy, tmp_path / "out"))
    assert {file.name: rows for file, rows in files.items()} == {
        f"customer_notes.{ending}": 3 for ending in ("csv", "parquet", "xlsx")
    }
    return tmp_path / "out"


def cells(file: Path) -> dict[str, tuple[str | None, str]]:
    """Return cell -> (type, text) of the only sheet, read without the library that wrote it."""
    with zipfile.ZipFile(file) as book:
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    return {
        cell.attrib["r"]: (cell.attrib.get("t"), "".join(cell.itertext()))
        for cell in sheet.iter("{http://schemas.openxmlformats.org/spreadsheetml/2006/main}c")
    }


def test_excel_keeps_ids_as_text_and_runs_no_formula(folder: Path):
    found = cells(folder / "customer_notes.xlsx")

    assert [found[f"{column}1"][1] for column in "ABCDEF"] == [
        *("customer_id", "note", "first_day", "spent", "good", "seen")
    ]
    for line, (name, note) in enumerate(ROWS, start=2):
        assert found[f"A{line}"] == ("inlineStr", name)
        assert found.get(f"B{line}") == (("inlineStr", note) if note else None)
        # 1 March 2025 in Excel's days since 1899-12-30.
        assert found[f"C{line}"] == (None, "45717")
        assert found[f"D{line}"] == (None, "12.50")
        assert found[f"E{line}"] == ("b", "1")
        assert found[f"F{line}"] == (None, "45717.5")


def test_csv_and_parquet_hold_the_same_rows(folder: Path):
    with (folder / "customer_notes.csv").open(newline="") as file:
        from_csv = [(row["customer_id"], row["note"] or None) for row in csv.DictReader(file)]
    from_parquet = pq.read_table(folder / "customer_notes.parquet").to_pylist()

    assert from_csv == ROWS
    assert [(row["customer_id"], row["note"]) for row in from_parquet] == ROWS


def test_a_table_too_long_for_a_sheet_has_no_excel_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(command, "MOST_EXCEL_ROWS", 2)

    written = [file.name for file, _ in export(folder.parent / "copy.duckdb", folder)]

    assert written == ["customer_notes.csv", "customer_notes.parquet"]
    assert not (folder / "customer_notes.xlsx").exists()
