"""Clones: copies here, refused where Snowflake has none."""

import re

from emulator.names import IDENTIFIER, NAME, qualified
from emulator.sessions import SUCCEEDED, EmulatedSession, UnsupportedError, another_engine

_TABLE = (
    rf"create\s+(?:or\s+replace\s+)?(?:transient\s+)?table\s+{NAME}\s+clone\s+(?P<source>{NAME})"
)
_SCHEMA = (
    rf"create\s+or\s+replace\s+(?:transient\s+)?schema\s+(?P<name>{NAME})\s+"
    rf"clone\s+(?P<source>{IDENTIFIER}\.{IDENTIFIER})"
)


def table(sql: str, session: EmulatedSession) -> str:
    """A view has no rows of its own, so it has no clone."""
    match = re.fullmatch(_TABLE, sql, re.IGNORECASE)
    if match:
        found = session.engine.execute(
            "select table_type from information_schema.tables where upper(table_catalog) = ? "
            "and upper(table_schema) = ? and upper(table_name) = ?",
            qualified(match["source"], session),
        ).fetchone()
        if found and found[0] == "VIEW":
            raise UnsupportedError(f"SQL compilation error: {match['source']} is a view: no clone")
    return sql


def schema(sql: str, session: EmulatedSession) -> str:
    """Copy every table of a schema."""
    match = re.fullmatch(_SCHEMA, sql, re.IGNORECASE)
    if not match:
        return sql
    target = ".".join(f'"{part}"' for part in qualified(f"{match['name']}.x", session)[:2])
    source = qualified(f"{match['source']}.x", session)[:2]
    with another_engine() as engine:
        engine.execute(f"drop schema if exists {target} cascade")
        engine.execute(f"create schema {target}")
        for (name,) in engine.execute(
            "select table_name from duckdb_tables() where database_name = ? and schema_name = ?",
            source,
        ).fetchall():
            copied = f'"{source[0]}"."{source[1]}"."{name}"'
            engine.execute(f'create table {target}."{name}" as select * from {copied}')
    return SUCCEEDED
