"""Tables are made, replaced and filled as on Snowflake."""

import datetime
from collections.abc import Callable

import pandas as pd
import pytest
from snowflake.connector.errors import ProgrammingError
from snowflake.connector.pandas_tools import write_pandas

from emulator.client import Client


def test_a_table_can_be_replaced_by_a_query(client: Client):
    client.rows("create or replace table sums as select 1 as n")
    client.rows("create or replace table sums copy grants as select 2 as n, 'x' as name")

    assert client.named("select * from sums") == [{"N": 2, "NAME": "x"}]


def test_what_breaks_fakesnow_is_an_error_at_once(client: Client):
    with pytest.raises(ProgrammingError, match="EMULATOR UNSUPPORTED"):
        client.rows("select cast(9223372036854775807 as bigint) + cast(1 as bigint) as n")


def test_a_dropped_database_is_gone(client: Client):
    client.rows("create database throw_away")
    client.rows("create schema throw_away.raw")
    client.rows("drop database if exists throw_away")

    with pytest.raises(ProgrammingError):
        client.rows("create table throw_away.raw.orders as select 1 as n")


def test_a_temporary_table_without_a_schema_is_its_sessions_own(connect: Callable[..., Client]):
    one, other = connect(), connect()
    one.rows("create or replace temporary table basket as select 1 as n")

    assert one.rows("select n from basket") == [(1,)]
    with pytest.raises(ProgrammingError, match="does not exist"):
        other.rows("select n from basket")
    one.rows("drop table basket")


def test_frames_arrive_through_write_pandas_null_by_null(client: Client):
    frame = pd.DataFrame(
        {
            "N": pd.array([1, None], dtype="Int64"),
            "X": [0.5, None],
            "NAME": ["it's", None],
            "FLAG": pd.array([True, None], dtype="boolean"),
            "SEEN_AT": pd.to_datetime(["2024-02-29 23:59:59.5", None]),
        }
    )
    client.rows(
        "create table written (n number(38, 0), x double, name varchar, flag boolean, "
        "seen_at timestamp_ntz)"
    )

    ok, _, rows, _ = write_pandas(client.connection, frame, "WRITTEN", use_logical_type=True)

    assert (ok, rows) == (True, 2)
    assert client.rows("select * from written order by n nulls last") == [
        (1, 0.5, "it's", True, pd.Timestamp("2024-02-29 23:59:59.5").to_pydatetime()),
        (None, None, None, None, None),
    ]


def test_frames_arrive_in_a_temporary_table_too(client: Client):
    client.rows("create or replace temporary table incoming_rows (n number(38, 0), day date)")
    frame = pd.DataFrame({"N": [7], "DAY": [datetime.date(2024, 2, 29)]})

    write_pandas(client.connection, frame, "INCOMING_ROWS", use_logical_type=True)
    client.rows("create or replace table kept copy grants as select * from incoming_rows")
    client.rows("drop table incoming_rows")

    assert client.rows("select * from kept") == [(7, datetime.date(2024, 2, 29))]


def test_a_new_database_has_the_schemas_of_the_set_up(client: Client):
    for schema in ("raw", "staging", "analytics", "realtime"):
        client.rows(f"create table {schema}.made as select 1 as n")


def test_hashes_of_rows_add_up_in_any_order(client: Client):
    summed = "select sum(cast(hash(n, name) as number(38, 0))) from {}"
    client.rows("create table rows_one as select * from values (1, 'a'), (2, null) as t (n, name)")
    client.rows("create table rows_two as select * from values (2, null), (1, 'a') as t (n, name)")
    client.rows("create table rows_three as select * from values (2, 'b'), (1, 'a') as t (n, name)")

    one, two, three = (client.rows(summed.format(f"rows_{n}")) for n in ("one", "two", "three"))

    assert one == two != three


def test_what_is_rolled_back_is_gone_and_what_is_committed_stays(client: Client):
    client.rows("create table kept (n integer)")
    client.rows("begin transaction")
    client.rows("insert into kept values (1)")
    client.rows("rollback")
    client.rows("begin")
    client.rows("insert into kept values (2)")
    client.rows("commit")

    assert client.rows("select n from kept") == [(2,)]


def test_ddl_commits_what_was_open(client: Client):
    client.rows("create table kept (n integer)")
    client.rows("begin")
    client.rows("insert into kept values (1)")
    client.rows("create table another (name varchar(5))")
    client.rows("rollback")

    assert client.rows("select n from kept") == [(1,)]


def test_a_session_goes_on_after_an_error(client: Client):
    client.rows("begin")
    with pytest.raises(ProgrammingError):
        client.rows("select * from nowhere")

    assert client.rows("select 1") == [(1,)]
