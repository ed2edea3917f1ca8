"""One process, one database, and a log of every statement that arrived."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from snowflake.connector.errors import ProgrammingError

from emulator.client import Client
from emulator.process import Emulator, running


def test_sessions_of_two_processes_see_the_same_tables(
    client: Client, snowflake_emulator: Emulator
):
    client.rows("create table shared as select 42 as answer")
    arguments = snowflake_emulator.connection_arguments(database=client.connection.database)
    program = (
        "import json, sys, snowflake.connector\n"
        "with snowflake.connector.connect(**json.loads(sys.argv[1])) as connection:\n"
        "    print(connection.cursor().execute('select answer from shared').fetchall())\n"
    )

    printed = subprocess.run(
        [sys.executable, "-c", program, json.dumps(arguments)],
        capture_output=True,
        text=True,
        check=True,
    )

    assert printed.stdout.strip() == "[(42,)]"


def test_the_process_ends_with_its_test(tmp_path: Path):
    with running(tmp_path) as emulator:
        assert psutil.pid_exists(emulator.pid)

    assert not psutil.pid_exists(emulator.pid)


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
