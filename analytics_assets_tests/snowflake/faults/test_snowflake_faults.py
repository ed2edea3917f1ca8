"""What goes wrong on the way to Snowflake: a clear error within seconds, the old table intact."""

import dataclasses
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pandas as pd
import pytest
from emulator.process import TIMED_OUT, Emulator
from network import Network

from analytics_assets.lib.warehouse.interface import WarehouseError
from analytics_assets.lib.warehouse.snowflake import SnowflakeWarehouse
from analytics_assets.lib.warehouse.snowflake_account import (
    SnowflakeAccount,
)

# A thread of the connector's own ends with the network that a test cuts.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning"),
]

TABLE = "analytics.figures"
COLUMNS = {"name": "VARCHAR", "amount": "DOUBLE"}
OLD = pd.DataFrame({"name": ["old"], "amount": [1.0]})
NEW = pd.DataFrame({"name": ["new", None], "amount": [2.0, None]})


@contextmanager
def within(seconds: float) -> Iterator[None]:
    start = time.monotonic()
    yield
    assert time.monotonic() - start < seconds


def table(warehouse: SnowflakeWarehouse) -> list[str]:
    with warehouse.session() as session:
        return list(session.read(f"select name from {TABLE} order by name")["name"])


@pytest.fixture
def filled(warehouse: SnowflakeWarehouse) -> SnowflakeWarehouse:
    with warehouse.session() as session:
        session.replace(TABLE, OLD, COLUMNS)
    return warehouse


def test_a_refused_login_says_who_and_where_and_never_the_token(
    warehouse: SnowflakeWarehouse, snowflake_emulator: Emulator
):
    with (
        snowflake_emulator.refusing_logins(),
        within(10),
        pytest.raises(WarehouseError) as raised,
        warehouse.session(),
    ):
        pass

    message = str(raised.value)
    assert "user ci" in message
    assert "Programmatic access token is invalid" in message
    assert "docs/snowflake.md" in message
    assert "t0k3n" not in message


def test_an_unknown_warehouse_is_named(account: SnowflakeAccount):
    unknown = SnowflakeWarehouse(dataclasses.replace(account, warehouse="NO_SUCH_WH"))

    with within(10), pytest.raises(WarehouseError, match="NO_SUCH_WH"), unknown.session():
        pass


def test_a_network_that_is_down_at_login_is_an_error_within_seconds(
    warehouse: SnowflakeWarehouse, network: Network
):
    network.cut()

    down = pytest.raises(WarehouseError, match="no connection to Snowflake")
    with within(30), down, warehouse.session():
        pass


def test_a_network_cut_during_a_fetch_is_an_error_and_the_next_read_is_whole(
    filled: SnowflakeWarehouse, network: Network
):
    query = "select seq4() as n from table(generator(rowcount => 100000)) -- long"
    with filled.session() as session:
        network.cut_in_answer = b"-- long"
        with within(30), pytest.raises(WarehouseError):
            session.read(query)

    network.mend()
    with filled.session() as session:
        assert len(session.read(query)) == 100_000


@pytest.mark.parametrize(
    "moment",
    [b"COPY INTO", b"insert overwrite into", b"create or replace temporary table"],
    ids=["loading", "replacing", "staging"],
)
def test_a_network_cut_during_a_write_leaves_the_old_table(
    moment: bytes, filled: SnowflakeWarehouse, network: Network
):
    with filled.session() as session:
        network.cut_at_request = moment
        with within(30), pytest.raises(WarehouseError):
            session.replace(TABLE, NEW, COLUMNS)

    network.mend()
    assert table(filled) == ["old"]
    with filled.session() as session:
        session.replace(TABLE, NEW, COLUMNS)
    assert table(filled)[:1] == ["new"]


def test_a_statement_timeout_is_told_in_snowflakes_words_and_leaves_the_old_table(
    filled: SnowflakeWarehouse, snowflake_emulator: Emulator
):
    with (
        snowflake_emulator.failing("insert overwrite into", TIMED_OUT),
        filled.session() as session,
        pytest.raises(WarehouseError, match="statement or warehouse timeout"),
    ):
        session.replace(TABLE, NEW, COLUMNS)

    assert table(filled) == ["old"]
