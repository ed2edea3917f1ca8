"""docs/snowflake/setup.sql: what it makes, what it grants, and that the grammar knows its words."""

import re

import pytest
import snowflake.connector
from emulator.process import Emulator
from snowflake.connector.errors import ProgrammingError
from sql_files import DOCS, in_database, statements, texts

from analytics_assets.intake.schema import QUARANTINE_COLUMNS, RAW_TABLES
from analytics_assets.lib.warehouse.snowflake import SnowflakeWarehouse
from analytics_assets.settings import load_settings

SETUP = DOCS / "snowflake" / "setup.sql"
STATEMENTS = statements(SETUP.read_text())
# Newer than the grammar of sqlfluff.
NOT_READ_BY_SQLFLUFF = "add programmatic access token"


@pytest.mark.parametrize("name", texts())
def test_sqlfluff_reads_every_statement_whole(name: str):
    from sqlfluff.core import FluffConfig, Linter

    config = FluffConfig(overrides={"dialect": "snowflake", "templater": "raw"})
    linter = Linter(config=config)

    unread = [sql for sql in statements(texts()[name]) if linter.parse_string(sql).violations]

    assert [sql for sql in unread if not re.search(NOT_READ_BY_SQLFLUFF, sql)] == []


def test_the_raw_tables_are_those_of_the_door():
    types = {"TIMESTAMP": "TIMESTAMP_NTZ"}
    expected = {name: dict(table.columns) for name, table in RAW_TABLES.items()} | {
        "quarantined_rows": dict(QUARANTINE_COLUMNS)
    }

    made = {}
    for statement in STATEMENTS:
        if table := re.match(r"create table if not exists loaded\.(\w+) \((.*)\)", statement, re.S):
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
            "where lower(table_schema) = 'loaded' order by 1"
        )
        schemas = session.read("select lower(schema_name) as name from information_schema.schemata")

    assert list(tables["name"]) == sorted([*RAW_TABLES, "quarantined_rows"])
    assert {"loaded", "raw", "staging", "analytics", "realtime"} <= set(schemas["name"])


def test_no_grant_is_wider_than_it_must_be():
    grants = [statement for statement in STATEMENTS if statement.startswith("grant")]
    of_readers = [grant for grant in grants if "($service_role)" not in grant]
    writing = r"\b(all privileges|ownership|insert|update|delete|truncate|create schema|modify)\b"

    assert grants
    assert [grant for grant in grants if re.search(writing, grant)] == []
    assert [grant for grant in of_readers if re.search(r"schema (raw|loaded)|create", grant)] == []


def test_an_analyst_sees_no_address_and_every_number(snowflake_emulator: Emulator):
    """What is made anew is readable at once, by whom it is meant for and nobody else."""
    made = ("staging.stg_customers", "analytics.cohorts", "realtime.daily")
    arguments = snowflake_emulator.connection_arguments(database="WHO_READS")
    with snowflake.connector.connect(**arguments) as connection:
        for statement in [
            *in_database(SETUP, "who_reads"),
            *(f"create or replace transient table {table} as select 1 as n" for table in made),
        ]:
            connection.cursor().execute(statement)

    readable = {
        role: {table for table in made if can_read(snowflake_emulator, role, table)}
        for role in ("ANALYTICS_READER", "ANALYTICS_PERSONAL_DATA")
    }

    assert readable == {"ANALYTICS_READER": set(made[1:]), "ANALYTICS_PERSONAL_DATA": set(made)}


def can_read(emulator: Emulator, role: str, table: str) -> bool:
    arguments = emulator.connection_arguments(database="WHO_READS", role=role)
    with snowflake.connector.connect(**arguments) as connection:
        try:
            return connection.cursor().execute(f"select n from {table}").fetchall() == [(1,)]
        except ProgrammingError:
            return False


def test_a_developer_has_todays_orders_and_leaves_production_alone(snowflake_emulator: Emulator):
    production = snowflake_emulator.connection_arguments(database="PRODUCTION_OF_ANN")
    with snowflake.connector.connect(**production) as connection:
        cursor = connection.cursor()
        for statement in in_database(SETUP, "production_of_ann"):
            cursor.execute(statement)
        cursor.execute("insert into loaded.orders (order_id) values ('1')")
        for statement in in_database(DOCS / "snowflake" / "developer.sql", "production_of_ann"):
            cursor.execute(
                re.sub("PRODUCTION_OF_ANN_ANN", "DATABASE_OF_ANN", statement, flags=re.I)
            )

    own = snowflake_emulator.connection_arguments(
        database="DATABASE_OF_ANN", role="ANALYTICS_DEVELOPER"
    )
    with snowflake.connector.connect(**own) as connection:
        cursor = connection.cursor()
        cursor.execute("create or replace transient table raw.orders clone loaded.orders")
        cursor.execute("insert into raw.orders (order_id) values ('2')")
        assert cursor.execute("select count(*) from loaded.orders").fetchall() == [(1,)]
    with snowflake.connector.connect(**production) as connection:
        count = connection.cursor().execute("select count(*) from loaded.orders").fetchall()
    assert count == [(1,)]
