"""``make snowflake-smoke`` on the emulator: what it says and returns, and that nothing is left."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import snowflake.connector
from emulator.process import Emulator
from emulator.wire import Statement
from sql_files import DOCS, statements, texts

from analytics_assets.command import snowflake_smoke
from analytics_assets.settings import PROJECT_ROOT

COMMAND = [sys.executable, "-m", "analytics_assets.command.snowflake_smoke"]
SETTINGS = (
    "ANALYTICS_TARGET",
    "ANALYTICS_VARS",
    "ANALYTICS_DUCKDB_PATH",
    "SNOWFLAKE_DATABASE",
)

CREATE = re.compile(
    r"create\s+(?:or\s+replace\s+)?(?:transient\s+)?(?P<dynamic>dynamic\s+)?(?P<kind>table|view)\s+"
    r"(?:if\s+not\s+exists\s+)?(?:\w+\.)?(?P<schema>\w+)\.\w+",
    re.IGNORECASE,
)


def environment(emulator: Emulator, database: str) -> dict[str, str]:
    project = ("ANALYTICS", "SNOWFLAKE", "DAGSTER")
    others = {name: value for name, value in os.environ.items() if not name.startswith(project)}
    return others | emulator.environment(database)


def throw_away_databases(emulator: Emulator) -> list[str]:
    arguments = emulator.connection_arguments()
    del arguments["database"], arguments["schema"]
    with snowflake.connector.connect(**arguments) as connection:
        rows = connection.cursor().execute("show databases").fetchall()
    return [name for row in rows for name in row if "_SMOKE_" in str(name)]


@pytest.fixture
def smoke(
    snowflake_emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> Iterator[pytest.MonkeyPatch]:
    """This process, as one that was told of the emulator; put back as it was afterwards."""
    for name in SETTINGS:
        monkeypatch.setenv(name, "")
    for name, value in snowflake_emulator.environment("MINE").items():
        monkeypatch.setenv(name, value)
    handlers = {name: signal.getsignal(name) for name in (signal.SIGTERM, signal.SIGHUP)}
    yield monkeypatch
    for name, handler in handlers.items():
        signal.signal(name, handler)


def test_without_credentials_it_says_what_is_needed(
    smoke: pytest.MonkeyPatch, snowflake_emulator: Emulator, capsys: pytest.CaptureFixture[str]
):
    smoke.delenv("SNOWFLAKE_TOKEN")
    logins = len(snowflake_emulator.logins())

    assert snowflake_smoke.main() == 2

    assert "no credential" in capsys.readouterr().err
    assert len(snowflake_emulator.logins()) == logins


def test_what_exists_is_not_touched(
    smoke: pytest.MonkeyPatch, snowflake_emulator: Emulator, capsys: pytest.CaptureFixture[str]
):
    """A database of that very name: no replacing, no dropping."""
    smoke.setattr(snowflake_smoke.secrets, "token_hex", lambda _: "taken")
    arguments = snowflake_emulator.connection_arguments(database="MINE_SMOKE_TAKEN")
    snowflake.connector.connect(**arguments).close()
    before = len(snowflake_emulator.statements())

    assert snowflake_smoke.main() == 1

    said = capsys.readouterr().err
    assert "MINE_SMOKE_TAKEN could not be made" in said
    assert "grant create database on account to role TRANSFORMER" in said
    sent = [statement.sql for statement in snowflake_emulator.statements(since=before)]
    assert sent == ["create database MINE_SMOKE_TAKEN"]
    with snowflake.connector.connect(**arguments) as connection:
        connection.cursor().execute("drop database MINE_SMOKE_TAKEN")


def test_a_fault_while_it_loads_leaves_nothing_behind(
    smoke: pytest.MonkeyPatch, snowflake_emulator: Emulator, capsys: pytest.CaptureFixture[str]
):
    with snowflake_emulator.failing("insert overwrite into loaded.order_items"):
        assert snowflake_smoke.main() == 1

    assert "a test asked for it" in capsys.readouterr().err
    assert throw_away_databases(snowflake_emulator) == []


def test_where_it_cannot_drop_the_database_it_says_what_to_type(
    smoke: pytest.MonkeyPatch, snowflake_emulator: Emulator, capsys: pytest.CaptureFixture[str]
):
    with snowflake_emulator.failing("loaded.customers|drop database"):
        assert snowflake_smoke.main() == 3

    told = re.search(r"Type in Snowflake: (drop database if exists \w+);", capsys.readouterr().err)
    assert told
    assert len(throw_away_databases(snowflake_emulator)) == 1
    with snowflake.connector.connect(**snowflake_emulator.connection_arguments()) as connection:
        connection.cursor().execute(told[1])
    assert throw_away_databases(snowflake_emulator) == []


@contextmanager
def started(emulator: Emulator, database: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        COMMAND,
        cwd=PROJECT_ROOT,
        env={**environment(emulator, database), "SNOWFLAKE_SMOKE_READER_ROLE": "ANALYTICS_READER"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture(scope="module")
def done(snowflake_emulator: Emulator) -> tuple[int, str, list[Statement]]:
    """One whole run: its exit code, what it said, what it sent."""
    before = len(snowflake_emulator.statements())
    with (
        snowflake_emulator.slow(r"system\$wait", 3),
        started(snowflake_emulator, "PRODUCTION") as process,
    ):
        said, _ = process.communicate(timeout=600)
    return process.returncode, said, snowflake_emulator.statements(since=before)


@pytest.mark.slow
@pytest.mark.xdist_group("snowflake_smoke")
def test_a_run_ends_well_and_says_so(done, snowflake_emulator: Emulator):
    exit_code, said, _ = done

    assert exit_code == 0, said[-3000:]
    assert "11 of 11 totals as expected" in said
    assert re.search(
        r"daily_refresh done in [\d.]+ s; checks: \d+ held, \d+ warned, 0 failed", said
    )
    assert re.search(r"100,000 rows in \d{3} parts: as expected", said)
    assert re.search(r"a statement of [3-9] s: as expected", said)
    assert re.search(r"a second role reads \d\d tables of analytics and realtime, no others", said)
    assert "WRONG" not in said
    assert re.search(r"^database PRODUCTION_SMOKE_\w+ dropped$", said, re.MULTILINE)
    assert throw_away_databases(snowflake_emulator) == []


@pytest.mark.slow
@pytest.mark.xdist_group("snowflake_smoke")
def test_no_statement_is_about_another_database(done):
    _, _, sent = done

    assert sent
    assert [statement.sql for statement in sent if "PRODUCTION." in statement.sql.upper()] == []
    assert "".join(statement.sql for statement in sent).count("PRODUCTION_SMOKE_") > 10


@pytest.mark.slow
@pytest.mark.xdist_group("snowflake_smoke")
def test_whatever_the_graph_creates_is_granted_by_the_set_up(done):
    """On Snowflake the role may do no more than setup.sql says; here it may do anything."""
    _, _, sent = done
    granted = {
        (schema, privilege.strip())
        for grant in statements((DOCS / "snowflake" / "setup.sql").read_text())
        if (parts := re.match(r"grant (create .+?) on schema (\w+)\s+to role", grant, re.S))
        for privilege, schema in ((text, parts[2]) for text in parts[1].split(","))
    }

    created = {
        (made["schema"].lower(), f"create {(made['dynamic'] or '').lower()}{made['kind'].lower()}")
        for statement in sent
        if (made := CREATE.match(re.sub(r"/\*.*?\*/", "", statement.sql, flags=re.S).strip()))
    }
    stages = {
        ("analytics", "create stage") for sql in sent if "create temp stage" in sql.sql.lower()
    }

    # The throw-away database is the role's own: it loads the orders itself, as a loader would.
    needed = {(schema, privilege) for schema, privilege in created if schema != "loaded"} | stages
    assert {schema for schema, _ in needed} == {"raw", "staging", "analytics", "realtime"}
    assert needed <= granted
    made_by_dbt = [s.sql for s in sent if re.match(r"\s*create\s+schema", s.sql, re.I)]
    assert len(made_by_dbt) == 5, "only the smoke run itself makes schemas"


@pytest.mark.slow
@pytest.mark.xdist_group("snowflake_smoke")
def test_the_cost_query_of_the_page_finds_every_asset(done):
    """It reads the names `asset` and `check` of the tags, and knows the assets by the first."""
    _, _, sent = done
    tags = [json.loads(statement.query_tag) for statement in sent if statement.query_tag]
    (query,) = (sql for sql in texts().values() if "query_attribution_history" in sql)

    assert set(re.findall(r"query_tag\):(\w+)", query)) <= set().union(*tags)
    assert {"enriched_orders", "product_affinity"} <= {tag.get("asset") for tag in tags}


@pytest.mark.slow
@pytest.mark.xdist_group("snowflake_smoke")
def test_a_fault_in_the_middle_of_the_graph_drops_the_database_too(snowflake_emulator: Emulator):
    with (
        snowflake_emulator.failing(r"table .*\bstg_clock\b"),
        started(snowflake_emulator, "FAULTY") as process,
    ):
        said, _ = process.communicate(timeout=600)

    assert process.returncode == 1
    assert "daily_refresh FAILED" in said
    assert "a test asked for it" in said
    assert throw_away_databases(snowflake_emulator) == []


@pytest.mark.slow
@pytest.mark.xdist_group("snowflake_smoke")
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_whoever_ends_it_the_database_is_dropped(snowflake_emulator: Emulator, ending: int):
    with started(snowflake_emulator, "INTERRUPTED") as process:
        assert process.stdout
        for line in process.stdout:
            if "check_raw_orders ..." in line:
                process.send_signal(ending)
                break
        rest = process.stdout.read()
        process.wait(60)

    assert process.returncode == 130, rest[-3000:]
    assert re.search(r"database INTERRUPTED_SMOKE_\w+ dropped", rest)
    assert throw_away_databases(snowflake_emulator) == []
