"""What a page is made from: short tables, plain figures, a picture that never fails the table."""

import base64
import datetime
import logging
import math
import re
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from analytics_assets.lib.charts import page
from analytics_assets.lib.charts.canvas import message, png
from analytics_assets.lib.charts.page import Page, Scene, describe, facts, figures, picture, table
from analytics_assets.lib.warehouse.aggregates import aggregates
from analytics_assets.lib.warehouse.clock import newest_order
from analytics_assets.lib.warehouse.duckdb import DuckDBSession

LOG = logging.getLogger("test")


def drawn():
    return message("A title", "and what it is of")


def test_a_table_escapes_what_would_break_it_and_keeps_numbers_short():
    frame = pd.DataFrame(
        {
            "name": ["a|b", "c\nd"],
            "share": [0.123456, 20_522_836.49],
            "customers": [1234, None],
            "day": [datetime.date(2025, 1, 2), pd.NaT],
        }
    ).astype({"customers": "Int64"})

    assert (table(frame).value or "").splitlines() == [
        "| name | share | customers | day |",
        "| --- | --- | --- | --- |",
        "| a\\|b | 0.123 | 1,234 | 2025-01-02 |",
        "| c d | 20,522,836.49 |  |  |",
    ]
    assert table(frame.head(0)).value == "no rows"
    assert len((table(pd.DataFrame({"n": range(50)})).value or "").splitlines()) == 12


def test_figures_are_plain_numbers_and_what_is_missing_is_left_out():
    found = figures(
        {
            "whole": np.int64(3),
            "share": np.float64(0.5),
            "none": None,
            "nan": math.nan,
            "nat": pd.NaT,
            "infinite": math.inf,
            "day": datetime.date(2025, 1, 2),
            "moment": datetime.datetime(2025, 1, 2, 3, 4, 5, 678),
        }
    )

    assert found == {"whole": 3, "share": 0.5, "day": "2025-01-02", "moment": "2025-01-02 03:04:05"}
    assert [type(value) for value in found.values()] == [int, float, str, str]
    assert facts(datetime.date(2025, 1, 2), None, 1.23456) == {
        "as_of_date": "2025-01-02",
        "duration_seconds": 1.235,
    }


@pytest.fixture
def session():
    with duckdb.connect() as connection:
        connection.execute("create schema raw; create schema staging")
        connection.execute(
            "create table raw.sales (n integer, amount decimal(10, 2), sold timestamp)"
        )
        connection.execute(
            "create table staging.stg_orders as "
            "select cast(sold as date) as order_day from raw.sales"
        )
        yield DuckDBSession(connection)


def test_aggregates_of_several_tables_come_from_one_statement(session, monkeypatch):
    session.execute("insert into raw.sales values (1, 2.5, '2025-01-01 10:00'), (2, 3.25, null)")
    statements = []
    read = DuckDBSession.read
    monkeypatch.setattr(
        DuckDBSession, "read", lambda self, sql: statements.append(sql) or read(self, sql)
    )

    found = aggregates(
        session,
        {
            "raw.sales": {"rows": "count(*)", "amount": "sum(amount)", "newest": "max(sold)"},
            "staging.stg_orders": {"rows": "count(*)", "newest": "max(order_day)"},
        },
    )

    assert found == {
        "raw.sales": {"rows": 2, "amount": 5.75, "newest": datetime.datetime(2025, 1, 1, 10)},
        "staging.stg_orders": {"rows": 0, "newest": None},
    }
    assert len(statements) == 1


def test_the_newest_order_is_that_of_staging(session):
    assert newest_order(session) is None
    session.execute("insert into staging.stg_orders values ('2025-03-04'), ('2025-03-01')")
    assert newest_order(session) == datetime.date(2025, 3, 4)


def test_what_a_page_shows_comes_before_its_figures(session):
    session.execute("insert into raw.sales values (1, 2.5, null), (2, 3.25, null)")
    scene = Scene(session, None, None, LOG)
    sales = Page({"amount": "sum(amount)"}, lambda scene: {"finding": "Sales are low"})

    found = describe(scene, {"raw.sales": sales, "staging.stg_orders": Page()})

    assert list(found["raw.sales"].items()) == [
        ("finding", "Sales are low"),
        ("dagster/row_count", 2),
        ("amount", 5.75),
    ]
    assert found["staging.stg_orders"] == {"dagster/row_count": 0}


def test_the_metadata_holds_the_title_and_the_same_png_as_the_file(tmp_path: Path):
    shown = picture("sales", drawn, tmp_path / "pictures", LOG)

    assert list(shown) == ["finding", "picture"]
    assert shown["finding"] == "A title"
    found = re.fullmatch(r"!\[sales\]\(data:image/png;base64,([\w+/=]+)\)", shown["picture"].value)
    assert found
    assert base64.b64decode(found[1]) == png(drawn())
    assert (tmp_path / "pictures" / "sales.png").read_bytes() == png(drawn())
    assert [path.name for path in (tmp_path / "pictures").iterdir()] == ["sales.png"]


def test_a_picture_that_cannot_be_drawn_says_why_and_fails_nothing(caplog):
    def broken():
        raise ZeroDivisionError("no customers")

    shown = picture("sales", broken, None, LOG)

    assert shown["picture"].value == "no picture: ZeroDivisionError: no customers"
    assert "sales has no picture this time" in caplog.text


def test_a_picture_too_large_or_in_a_folder_that_is_a_file_fails_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "pictures").write_text("a file where the folder should be")
    assert "no picture: " in picture("sales", drawn, tmp_path / "pictures", LOG)["picture"].value
    monkeypatch.setattr(page, "MOST_BYTES", 100)
    assert "bytes; 100 are allowed" in picture("sales", drawn, None, LOG)["picture"].value


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "sales.png"
    page.write_atomically(path, b"old")

    def no_space(*_: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr("os.replace", no_space)
    with pytest.raises(OSError, match="No space"):
        page.write_atomically(path, b"new")

    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
