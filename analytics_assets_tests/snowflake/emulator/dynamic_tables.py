"""Dynamic tables: ordinary tables here, whose query is kept so that REFRESH can run it again.

Nothing refreshes by itself: target lag, scheduling and the choice between incremental and full
refresh are Snowflake's, and only Snowflake can show them.
"""

import re

from emulator.names import NAME, parts, qualified, text_literal
from emulator.sessions import SUCCEEDED, EmulatedSession, UnsupportedError, another_engine

KEPT_TABLES = "_fs_global._fs_information_schema._emulated_dynamic_tables"
KEPT_TABLES_SQL = (
    f"create table if not exists {KEPT_TABLES} (database_name varchar, schema_name varchar, "
    "name varchar, text varchar, target_lag varchar, warehouse varchar, refresh_mode varchar, "
    "scheduler varchar, immutable_where varchar, cluster_by varchar, "
    "primary key (database_name, schema_name, name))"
)

_OPTION = r"\b(target_lag|warehouse|refresh_mode|scheduler)\s*=\s*('[^']*'|\w+)"
_CREATE = (
    r"create\s+(?:or\s+replace\s+)?(?:transient\s+)?dynamic\s+table\s+(?:if\s+not\s+exists\s+)?"
    rf"(?P<name>{NAME})\s+(?P<options>.*?)\bas\s*\(\s*(?P<query>.*)\)"
)
_ALTER = rf"alter\s+dynamic\s+table\s+(?:if\s+exists\s+)?(?P<name>{NAME})\s+(?P<change>.*)"
_DROP = rf"drop\s+dynamic\s+table\s+(?:if\s+exists\s+)?(?P<name>{NAME})"
_SHOW = (
    r"show\s+dynamic\s+tables(?:\s+like\s+(?P<like>'[^']*'))?"
    rf"(?:\s+in\s+(?:schema\s+)?(?P<schema>{NAME}))?"
)


def create(sql: str, session: EmulatedSession) -> str:
    """Make a table of the query's rows, as Snowflake does with INITIALIZE = ON_CREATE."""
    match = re.fullmatch(_CREATE, sql, re.IGNORECASE | re.DOTALL)
    if not match:
        return sql
    options = _options(match["options"])
    if "warehouse" not in options:
        raise UnsupportedError("SQL compilation error: missing option WAREHOUSE of a dynamic table")
    columns = {
        "text": match["query"],
        "refresh_mode": "AUTO",
        "scheduler": "ENABLE",
        **options,
    }
    database, schema, name = qualified(match["name"], session)
    columns |= {"database_name": database, "schema_name": schema, "name": name}
    with another_engine() as engine:
        engine.execute(
            f"insert or replace into {KEPT_TABLES} ({', '.join(columns)}) "
            f"values ({', '.join('?' for _ in columns)})",
            list(columns.values()),
        )
    return f"create or replace table {match['name']} as {match['query']}"


def alter(sql: str, session: EmulatedSession) -> str:
    """Run the query again for REFRESH; keep what SET changes; accept SUSPEND and RESUME."""
    match = re.fullmatch(_ALTER, sql, re.IGNORECASE | re.DOTALL)
    if not match:
        return sql
    name = qualified(match["name"], session)
    with another_engine() as engine:
        found = engine.execute(f"select text from {KEPT_TABLES} where {_is}", name).fetchone()
        if found is None:
            # As an unknown table: the right error, in fakesnow's own words.
            return f"select * from {match['name']}"
        for option, value in _options(match["change"]).items():
            engine.execute(f"update {KEPT_TABLES} set {option} = ? where {_is}", [value, *name])
    if match["change"].lower().startswith("refresh"):
        return f"create or replace table {match['name']} as {found[0]}"
    return SUCCEEDED


def drop(sql: str, session: EmulatedSession) -> str:
    """Drop the table and forget its query."""
    match = re.fullmatch(_DROP, sql, re.IGNORECASE)
    if not match:
        return sql
    with another_engine() as engine:
        engine.execute(f"delete from {KEPT_TABLES} where {_is}", qualified(match["name"], session))
    return f"drop table if exists {match['name']}"


def show(sql: str, session: EmulatedSession) -> str:
    """Answer SHOW DYNAMIC TABLES from the registry."""
    match = re.fullmatch(_SHOW, sql, re.IGNORECASE)
    if not match:
        return sql
    conditions = ["true"]
    if match["like"]:
        conditions.append(f'"name" ilike {match["like"]}')
    if match["schema"]:
        database, schema = [session.connection.database or "", *parts(match["schema"])][-2:]
        conditions.append(f'"database_name" = {text_literal(database)}')
        conditions.append(f'"schema_name" = {text_literal(schema)}')
    with another_engine() as engine:
        rows = engine.execute(f"select * from {KEPT_TABLES} where {' and '.join(conditions)}")
        names = [column[0] for column in rows.description]
        listed = [dict(zip(names, row, strict=True)) for row in rows.fetchall()]
    # fakesnow turns names to upper case unless they are quoted.
    selects = [
        "select " + ", ".join(f'cast({_value(row[n])} as varchar) as "{n}"' for n in names)
        for row in listed
    ]
    nothing = ", ".join(f'cast(null as varchar) as "{n}"' for n in names)
    return " union all ".join(selects) or f"select {nothing} where 1 = 0"


_is = "database_name = ? and schema_name = ? and name = ?"


def _options(text: str) -> dict[str, str]:
    found = re.findall(_OPTION, text, re.IGNORECASE)
    return {name.lower(): value.strip("'") for name, value in found}


def _value(value: str | None) -> str:
    return "null" if value is None else text_literal(value)
