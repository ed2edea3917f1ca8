import datetime
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from holding import program

from analytics_assets.lib.warehouse.clock import ClockError, read_clock
from analytics_assets.lib.warehouse.duckdb import SCHEMAS, DuckDBWarehouse
from analytics_assets.lib.warehouse.interface import WarehouseBusyError, WarehouseMemoryError

COLUMNS = {"id": "VARCHAR", "n": "BIGINT", "rate": "DOUBLE", "day": "DATE", "ok": "BOOLEAN"}


@pytest.fixture
def warehouse(tmp_path: Path) -> DuckDBWarehouse:
    return DuckDBWarehouse(tmp_path / "new" / "automated_intelligence.duckdb", wait_seconds=20)


def frame(ids: list[str]) -> pd.DataFrame:
    count = len(ids)
    return pd.DataFrame(
        {
            "id": ids,
            "n": np.arange(count),
            "rate": [np.nan, *range(1, count)] if count else [],
            "day": pd.to_datetime([pd.NaT, *["2025-12-31"] * (count - 1)] if count else []),
            "ok": [True] * count,
        }
    )


def test_a_new_file_has_every_schema_and_the_catalogue_everybody_queries(
    warehouse: DuckDBWarehouse,
):
    with warehouse.session() as session:
        schemas = session.read(
            "select schema_name from information_schema.schemata "
            "where catalog_name = 'automated_intelligence'"
        )

    assert set(SCHEMAS) <= set(schemas["schema_name"])


def test_a_replaced_table_holds_exactly_the_frame_and_nan_is_null(warehouse: DuckDBWarehouse):
    with warehouse.session() as session:
        session.replace("analytics.t", frame(["a", "b", "c"]), COLUMNS)
        session.replace("analytics.t", frame(["x", "y"]), COLUMNS)
        rows = session.connection.execute("select * from analytics.t order by id").fetchall()
        types = session.connection.execute("describe analytics.t").fetchall()

    assert rows == [("x", 0, None, None, True), ("y", 1, 1.0, datetime.date(2025, 12, 31), True)]
    assert {name: kind for name, kind, *_ in types} == COLUMNS


def test_rows_come_in_batches_and_may_be_left(warehouse: DuckDBWarehouse):
    with warehouse.session() as session:
        with closing(session.batches("select range as n from range(2500000)")) as batches:
            first = next(batches)
        session.execute("create table analytics.t as select 1 as n")
        whole = list(session.batches("select range as n from range(2500000)"))

    assert 0 < len(first) < 2_500_000
    assert sum(len(batch) for batch in whole) == 2_500_000
    assert sum(batch.column("n").to_numpy().sum() for batch in whole) == 2_500_000 * 2_499_999 // 2


def test_too_little_memory_says_what_to_set_and_keeps_the_tables(warehouse: DuckDBWarehouse):
    with warehouse.session() as session:
        session.execute("create table analytics.t as select 1 as n")
        session.execute("set memory_limit = '20MB'")
        with pytest.raises(WarehouseMemoryError) as refusal:
            session.read("select list(range) as n from range(20000000)")
        kept = session.read("select n from analytics.t")

    message = str(refusal.value)
    assert "Out of Memory Error" in message
    assert "Next: set ANALYTICS_DUCKDB_MEMORY" in message
    assert "\n" not in message
    assert kept["n"].tolist() == [1]


def test_an_empty_frame_makes_an_empty_table_of_the_same_types(warehouse: DuckDBWarehouse):
    with warehouse.session() as session:
        session.replace("analytics.t", frame([]), COLUMNS)
        types = session.connection.execute("describe analytics.t").fetchall()
        count = session.read("select count(*) as n from analytics.t")

    assert {name: kind for name, kind, *_ in types} == COLUMNS
    assert count["n"].tolist() == [0]


def test_other_columns_than_declared_are_refused_and_the_old_table_stays(
    warehouse: DuckDBWarehouse,
):
    with warehouse.session() as session:
        session.replace("analytics.t", frame(["a"]), COLUMNS)
        with pytest.raises(ValueError, match=r"analytics.t has the columns .*, the frame has"):
            session.replace("analytics.t", frame(["b"]).drop(columns="ok"), COLUMNS)
        kept = session.read("select id from analytics.t")

    assert kept["id"].tolist() == ["a"]


def test_a_value_that_does_not_fit_leaves_the_old_table(warehouse: DuckDBWarehouse):
    with warehouse.session() as session:
        session.replace("analytics.t", frame(["a"]), COLUMNS)
        with pytest.raises(Exception, match="Could not convert"):
            session.replace("analytics.t", frame(["not a number"]), {**COLUMNS, "id": "BIGINT"})
        kept = session.read("select id from analytics.t")

    assert kept["id"].tolist() == ["a"]


def test_the_file_is_let_go_of_after_an_error(warehouse: DuckDBWarehouse):
    with pytest.raises(ZeroDivisionError), warehouse.session():
        _ = 1 / 0

    with program(warehouse.path, "writing"):
        pass


def test_a_session_waits_for_the_holder_and_names_it_when_told_not_to(
    warehouse: DuckDBWarehouse,
):
    with warehouse.session():
        pass
    with program(warehouse.path, "writing", seconds=3) as holder:
        with pytest.raises(WarehouseBusyError) as refusal, warehouse.glance():
            pass
        assert "close that program" in str(refusal.value)
        assert str(holder.pid) in str(refusal.value)
        with warehouse.session() as session:
            assert session.read("select 1 as one")["one"].tolist() == [1]


def test_the_clock_is_read_from_staging(warehouse: DuckDBWarehouse):
    day = datetime.date(2025, 12, 31)
    with warehouse.session() as session:
        session.execute("create view staging.stg_clock as select date '2025-12-31' as as_of_date")

        assert read_clock(session) == day
        assert read_clock(session, expected=day) == day
        other_day = r"asks for as_of_date 2025-12-30.*stand at 2025-12-31"
        with pytest.raises(ClockError, match=other_day):
            read_clock(session, expected=datetime.date(2025, 12, 30))


def test_a_clock_without_orders_says_what_to_do(warehouse: DuckDBWarehouse):
    with warehouse.session() as session:
        session.execute("create view staging.stg_clock as select cast(null as date) as as_of_date")

        with pytest.raises(ClockError, match=r"raw.orders is empty.*ANALYTICS_VARS"):
            read_clock(session)
