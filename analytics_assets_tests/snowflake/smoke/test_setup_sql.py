"""docs/snowflake/setup.sql: what it makes, what it grants, and that the grammar knows its words."""

import logging
import re

import pytest
import snowflake.connector
import sqlglot
from emulator.process import Emulator
from sql_files import DOCS, in_database, statements, texts
from sqlglot import exp

from analytics_assets.intake.schema import QUARANTINE_COLUMNS, RAW_TABLES
from analytics_assets.lib.warehouse.snowflake import SnowflakeWarehouse
from analytics_assets.settings import load_settings

SETUP = DOCS / "snowflake" / "setup.sql"
STATEMENTS = statements(SETUP.read_text())
# Newer than the grammar of sqlfluff.
NOT_READ_BY_SQLFLUFF = "^show dynamic tables|add programmatic access token"
# sqlglot keeps these as they are; sqlfluff reads them.
NOT_READ_BY_SQLGLOT = (
    "create role",
    "create user",
    "create or replace task",
    "create network",
    "alter user",
    "alter task",
    "alter dynamic table",
    "grant role",
    "grant select on",
    "grant select, monitor on future",
    "show ",
)


@pytest.mark.parametrize("name", texts())
def test_sqlfluff_reads_every_statement_whole(name: str):
    from sqlfluff.core import FluffConfig, Linter

    config = FluffConfig(overrides={"dialect": "snowflake", "templater": "raw"})
    linter = Linter(config=config)

    unread = [sql for sql in statements(texts()[name]) if linter.parse_string(sql).violations]

    assert [sql for sql in unread if not re.search(NOT_READ_BY_SQLFLUFF, sql)] == []


@pytest.mark.parametrize("name", texts())
def test_sqlglot_reads_every_statement_that_it_knows(name: str):
    # It says on its own log where it does not, which the comparison does better.
    logging.getLogger("sqlglot").setLevel(logging.ERROR)

    kept = [
        statement
        for statement in statements(texts()[name])
        if isinstance(sqlglot.parse_one(statement, dialect="snowflake"), exp.Command)
    ]

    assert [sql for sql in kept if not sql.lower().startswith(NOT_READ_BY_SQLGLOT)] == []


def test_the_raw_tables_are_those_of_the_door():
    types = {"TIMESTAMP": "TIMESTAMP_NTZ"}
    expected = {
        name: {column.name: column.sql_type for column in table.columns}
        for name, table in RAW_TABLES.items()
    } | {"quarantined_rows": dict(QUARANTINE_COLUMNS)}

    made = {}
    for statement in STATEMENTS:
        if table := re.match(
            r"create table if not exists \w+\.raw\.(\w+) \((.*)\)", statement, re.S
        ):
            columns = re.findall(r"^\s+(\w+) (\w+(?:\([\d, ]+\))?)", table[2], re.M)
            made[table[1]] = {name: kind.upper().replace(", ", ",") for name, kind in columns}

    assert made == {
        name: {column: types.get(kind, kind) for column, kind in columns.items()}
        for name, columns in expected.items()
    }


def test_the_set_up_runs_twice_and_is_what_the_project_asks_for(
    snowflake_emulator: Emulator,
):
    arguments = snowflake_emulator.connection_arguments()
    del arguments["database"], arguments["schema"]
    with snowflake.connector.connect(**arguments) as connection:
        for statement in in_database(SETUP, "set_up") * 2:
            connection.cursor().execute(statement)

    account = load_settings(snowflake_emulator.environment("SET_UP")).snowflake
    assert account is not None
    with SnowflakeWarehouse(account).session() as session:
        tables = session.read(
            "select lower(table_name) as name from information_schema.tables "
            "where lower(table_schema) = 'raw' order by 1"
        )
        schemas = session.read("select lower(schema_name) as name from information_schema.schemata")

    assert list(tables["name"]) == sorted([*RAW_TABLES, "quarantined_rows"])
    assert {"raw", "staging", "analytics", "realtime"} <= set(schemas["name"])


def test_no_grant_is_wider_than_it_must_be():
    grants = [statement for statement in STATEMENTS if statement.startswith("grant")]
    of_readers = [grant for grant in grants if grant.endswith("role analytics_reader")]
    writing = r"\b(all privileges|ownership|insert|update|delete|truncate|create schema|modify)\b"

    assert grants
    assert [grant for grant in grants if re.search(writing, grant)] == []
    assert [grant for grant in of_readers if ".raw" in grant or "create" in grant] == []


def test_what_the_live_tier_reads_has_its_changes_tracked():
    tracked = {
        table[1]
        for statement in STATEMENTS
        if (
            table := re.match(
                r"create table .*raw\.(\w+) \(.*change_tracking = true$", statement, re.S
            )
        )
    }
    read = set()
    for model in ("int_orders", "int_items_per_order"):
        text = (DOCS.parent / "dbt_project/models/staging" / f"{model}.sql").read_text()
        read |= set(re.findall(r"source\('raw', '(\w+)'\)", text))

    assert tracked == read
