"""A picture on a page: in the metadata, as a file, and never a reason to fail."""

import base64
import logging
import re
from pathlib import Path

import pytest
from analytics_assets.lib.charts.picture import picture, picture_folder, write_atomically

from analytics_assets.lib.charts.canvas import message, png
from analytics_assets.lib.warehouse.duckdb import DuckDBWarehouse

LOG = logging.getLogger("test")


def drawn():
    return message("A title", "and what it is of")


def test_the_metadata_holds_the_same_png_as_the_file(tmp_path: Path):
    shown = picture("sales", drawn, tmp_path / "pictures", LOG)

    found = re.fullmatch(r"!\[sales\]\(data:image/png;base64,([\w+/=]+)\)", shown.value or "")
    assert found
    assert base64.b64decode(found[1]) == png(drawn())
    assert (tmp_path / "pictures" / "sales.png").read_bytes() == png(drawn())
    assert [path.name for path in (tmp_path / "pictures").iterdir()] == ["sales.png"]


def test_without_a_folder_no_file_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)

    assert (picture("sales", drawn, None, LOG).value or "").startswith("![sales]")
    assert list(tmp_path.iterdir()) == []


def test_a_picture_that_cannot_be_drawn_is_told_and_fails_nothing(caplog):
    def broken():
        raise ZeroDivisionError("no customers")

    shown = picture("sales", broken, None, LOG)

    assert shown.value == "no picture: ZeroDivisionError: no customers"
    assert "sales has no picture this time" in caplog.text


def test_a_folder_that_cannot_be_written_fails_nothing(tmp_path: Path):
    (tmp_path / "pictures").write_text("a file where the folder should be")

    assert "no picture: " in (picture("sales", drawn, tmp_path / "pictures", LOG).value or "")


def test_a_picture_too_large_for_the_metadata_is_left_out(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("analytics_assets.lib.charts.picture.MOST_BYTES", 100)

    assert "bytes; 100 are allowed" in (picture("sales", drawn, None, LOG).value or "")


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "sales.png"
    write_atomically(path, b"old")

    def no_space(*_: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr("os.replace", no_space)
    with pytest.raises(OSError, match="No space"):
        write_atomically(path, b"new")

    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_pictures_stand_beside_the_database(tmp_path: Path):
    assert picture_folder(DuckDBWarehouse(tmp_path / "a.duckdb")) == tmp_path / "pictures"
