"""What an account does and a simple emulator would not; each of these stopped a first run."""

import dataclasses
import datetime
import subprocess
import sys
from pathlib import Path

import dagster as dg
import numpy as np
import pandas as pd
import pytest
from emulator.process import Emulator

from analytics_assets.lib.warehouse.interface import WarehouseError
from analytics_assets.lib.warehouse.snowflake import SnowflakeWarehouse
from analytics_assets.lib.warehouse.snowflake_account import SnowflakeAccount, read_account
from analytics_assets.resources import resources
from analytics_assets.settings import DBT_PROJECT_DIR, load_settings

DAY = datetime.date(2024, 2, 29)


@pytest.fixture
def account(snowflake_emulator: Emulator) -> SnowflakeAccount:
    return read_account(snowflake_emulator.environment("FIRST_RUN"))


@pytest.fixture
def warehouse(account: SnowflakeAccount) -> SnowflakeWarehouse:
    return SnowflakeWarehouse(account)


def test_a_statement_that_outlasts_the_patience_for_silence_is_not_ended(
    account: SnowflakeAccount, snowflake_emulator: Emulator
):
    impatient = SnowflakeWarehouse(dataclasses.replace(account, network_timeout_seconds=2))

    with snowflake_emulator.slow("as answer", 3.5), impatient.session() as session:
        assert session.read("select 42 as answer")["answer"].tolist() == [42]


def test_a_statement_that_outlasts_its_own_time_is_ended_by_the_client(
    account: SnowflakeAccount,
    snowflake_emulator: Emulator,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr("analytics_assets.lib.warehouse.snowflake._MARGIN_SECONDS", 1)
    brief = SnowflakeWarehouse(dataclasses.replace(account, statement_timeout_seconds=1))

    with (
        snowflake_emulator.slow("as answer", 60),
        brief.session() as session,
        pytest.raises(WarehouseError, match="cancel"),
    ):
        session.read("select 42 as answer")


@pytest.mark.slow
def test_dbt_waits_for_a_statement_too(snowflake_emulator: Emulator, tmp_path: Path):
    with snowflake_emulator.slow("select 1 as id", 5):
        done = subprocess.run(
            [str(Path(sys.executable).parent / "dbt"), "debug", "--connection"],
            cwd=DBT_PROJECT_DIR,
            env={
                **snowflake_emulator.environment("FIRST_RUN"),
                "PATH": "/usr/bin:/bin",
                "SNOWFLAKE_NETWORK_TIMEOUT_SECONDS": "50",
                "DBT_PROFILES_DIR": str(DBT_PROJECT_DIR),
                "DBT_TARGET_PATH": str(tmp_path),
                "DBT_LOG_PATH": str(tmp_path),
            },
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    assert done.returncode == 0, done.stdout


def test_days_reach_a_date_column(warehouse: SnowflakeWarehouse):
    columns = {"name": "VARCHAR", "day": "date"}
    frame = pd.DataFrame({"name": ["a", "b"], "day": pd.to_datetime([DAY, None])})

    with warehouse.session() as session:
        session.replace("analytics.days", frame, columns)
        found = session.read("select name, day from analytics.days order by name")

    assert found["day"].tolist() == [pd.Timestamp(DAY), pd.NaT]


def test_numbers_of_every_width_come_in_one_column(warehouse: SnowflakeWarehouse):
    """The parts of a result have integers of 1, 2, 4 and 8 bytes, and NULLs only in one."""
    exponents = np.arange(0, 62, 62 / 3000).astype("int64")
    frame = pd.DataFrame({"n": 2**exponents, "cents": 0.25 * np.arange(3000)})
    frame.loc[:299, "cents"] = np.nan
    with warehouse.session() as session:
        session.replace("analytics.widths", frame, {"n": "BIGINT", "cents": "DECIMAL(12,2)"})
        found = session.read("select n, cents from analytics.widths order by n, cents nulls first")
        batches = list(session.batches("select n from analytics.widths"))

    pd.testing.assert_frame_equal(found, frame)
    assert len({str(batch.schema) for batch in batches}) == 1
    assert sum(map(len, batches)) == 3000


def test_a_replaced_table_keeps_its_grants_and_a_new_one_has_the_future_ones(
    account: SnowflakeAccount,
):
    columns = {"n": "BIGINT"}
    one, two = (pd.DataFrame({"n": [n]}) for n in (1, 2))
    owner = SnowflakeWarehouse(account)
    reader = SnowflakeWarehouse(dataclasses.replace(account, role="ANALYTICS_READER"))
    with owner.session() as session:
        session.execute(
            "grant select on future tables in schema analytics to role analytics_reader"
        )
        for frame in (one, two):
            session.replace("analytics.granted", frame, columns)
        session.execute("create or replace table analytics.without copy grants as select 1 as n")

    with reader.session() as session:
        assert session.read("select n from analytics.granted")["n"].tolist() == [2]
        with pytest.raises(WarehouseError, match="not authorized"):
            session.read("select n from analytics.without")


def test_only_other_columns_make_a_table_anew(
    warehouse: SnowflakeWarehouse, snowflake_emulator: Emulator
):
    frame = pd.DataFrame({"n": [1], "day": pd.to_datetime([DAY]), "x": [0.5], "name": ["a"]})
    columns = {"n": "INTEGER", "day": "DATE", "x": "DOUBLE", "name": "VARCHAR"}
    with warehouse.session() as session:
        session.replace("analytics.kept", frame, columns)
        start = len(snowflake_emulator.statements())
        session.replace("analytics.kept", frame, columns)
        session.replace(
            "analytics.kept",
            frame.drop(columns="x"),
            {name: kind for name, kind in columns.items() if name != "x"},
        )
        assert session.read("select * from analytics.kept").columns.tolist() == ["n", "day", "name"]

    sent = [s.sql for s in snowflake_emulator.statements(since=start) if "analytics.kept" in s.sql]
    assert [sql.split(" analytics.kept")[0] for sql in sent] == [
        "create transient table if not exists",
        "describe table",
        "insert overwrite into",
        "create transient table if not exists",
        "describe table",
        "create or replace transient table",
        "select * from",
    ]


def test_a_frozen_table_stays_while_its_source_goes_on(
    warehouse: SnowflakeWarehouse, snowflake_emulator: Emulator
):
    """A view, and a table with more columns and other types, are read once; others are cloned."""
    columns = {"order_id": "VARCHAR", "total_amount": "DECIMAL(12,2)", "order_date": "TIMESTAMP"}
    declared = "order_id varchar, total_amount number(12, 2), order_date timestamp_ntz"
    with warehouse.session() as session:
        session.execute(f"create or replace table loaded.orders ({declared})")
        session.execute("insert into loaded.orders values ('1', 5.25, '2024-02-29 12:00:00')")
        session.execute("create or replace view loaded.seen as select * from loaded.orders")
        session.execute(
            "create or replace table loaded.wide as select order_date, 'x' as _fivetran_id, "
            "cast(total_amount as double) as total_amount, order_id from loaded.orders"
        )
        start = len(snowflake_emulator.statements())
        for name in ("orders", "seen", "wide"):
            session.freeze(name, columns)
        session.execute("insert into loaded.orders values ('2', 1, '2024-02-29 13:00:00')")
        frozen = [session.read(f"select * from raw.{n}") for n in ("orders", "seen", "wide")]

    for one in frozen:
        assert one.to_dict("list") == {
            "order_id": ["1"],
            "total_amount": [5.25],
            "order_date": [pd.Timestamp("2024-02-29 12:00:00")],
        }
    made = [
        s for s in snowflake_emulator.statements(since=start) if "transient table raw." in s.sql
    ]
    assert [("clone" in s.sql, s.ok) for s in made] == [
        (True, True),
        (True, False),
        (False, True),
        (False, True),
    ]


def test_an_asset_of_ones_own_reaches_the_account_by_dagsters_resource(
    snowflake_emulator: Emulator,
):
    from dagster_snowflake import SnowflakeResource

    own = resources(load_settings(snowflake_emulator.environment("OWN", SNOWFLAKE_TOKEN="t0k3n")))
    answers = []

    @dg.asset
    def my_table(snowflake: dg.ResourceParam[SnowflakeResource]) -> None:
        with snowflake.get_connection() as connection:
            answers.append(connection.cursor().execute("select 42").fetchone())

    assert dg.materialize([my_table], resources={"snowflake": own["snowflake"]}).success
    assert answers == [(42,)]
    assert "t0k3n" not in repr(own["snowflake"])
