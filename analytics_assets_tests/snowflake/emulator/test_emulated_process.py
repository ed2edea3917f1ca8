"""One process, one database, and a log of every statement that arrived."""

from collections.abc import Callable

import pytest
from snowflake.connector.errors import ProgrammingError

from emulator.client import Client
from emulator.process import Emulator


def test_the_log_tells_what_arrived_how_it_ended_and_how_many_rows_left(
    client: Client, snowflake_emulator: Emulator
):
    before = len(snowflake_emulator.statements())
    client.rows("select column1 from values (1), (2), (3)")
    with pytest.raises(ProgrammingError):
        client.rows("select * from nowhere")

    asked, failed = snowflake_emulator.statements(since=before)

    assert (asked.sql, asked.ok, asked.rows) == (
        "select column1 from values (1), (2), (3)",
        True,
        3,
    )
    assert (failed.ok, failed.rows) == (False, 0)
    assert "does not exist or not authorized" in str(failed.error)
    assert asked.session == failed.session
    assert 0 < asked.seconds < 5


def test_the_log_tells_the_query_tag_of_each_statement(
    connect: Callable[..., Client], snowflake_emulator: Emulator
):
    client = connect(session_parameters={"QUERY_TAG": "from the login"})
    before = len(snowflake_emulator.statements())
    client.rows("select 1")
    client.rows("alter session set query_tag = 'it''s a model'")
    client.rows("select 2")
    [shown] = client.named("show parameters like 'query_tag' in session")
    client.rows("alter session unset query_tag")
    client.rows("select 3")

    tags = {s.sql: s.query_tag for s in snowflake_emulator.statements(since=before)}

    assert shown["value"] == "it's a model"
    assert (tags["select 1"], tags["select 2"], tags["select 3"]) == (
        "from the login",
        "it's a model",
        "",
    )
