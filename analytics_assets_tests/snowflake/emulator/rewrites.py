"""Statements that fakesnow does not take, each made into one that it takes.

Every function takes one statement, without comments around it, and returns it, or another one
in its place; some do the work themselves and leave a statement that reports success.
"""

import re
from collections.abc import Callable

from emulator import clones
from emulator.comments import comment
from emulator.names import IDENTIFIER, NAME
from emulator.names import text_literal as literal
from emulator.sessions import SUCCEEDED, EmulatedSession, another_engine
from emulator.transactions import transaction

_COMMENT = r"--[^\n]*(?:\n|$)|/\*.*?\*/"


def rewritten(sql: str, session: EmulatedSession) -> str:
    """Return what fakesnow is given for ``sql``."""
    sql = without_comments_around(sql)
    for rewrite in REWRITES:
        sql = rewrite(sql, session)
    return sql


def without_comments_around(sql: str) -> str:
    """Drop dbt's query comment and the semicolon, so that a rewrite sees the statement alone."""
    sql = re.sub(rf"^(?:\s|{_COMMENT})+", "", sql, flags=re.DOTALL)
    return re.sub(r"(?:\s|;|/\*(?:(?!\*/).)*\*/)+$", "", sql, flags=re.DOTALL)


def copy_from_quoted_stage(sql: str, session: EmulatedSession) -> str:
    """``write_pandas`` puts the stage's name in a literal; fakesnow takes that for an address."""
    return re.sub(
        r"from '@((?:\"?[\w$]+\"?\.?)+)'",
        lambda match: "FROM @" + match[1].replace('"', ""),
        sql,
        flags=re.IGNORECASE,
    )


def session_variables(sql: str, session: EmulatedSession) -> str:
    """Keep what SET says, and put it where IDENTIFIER($name) stands."""
    match = re.fullmatch(r"set\s+(\w+)\s*=\s*'([^']*)'", sql, re.IGNORECASE)
    if match:
        session.variables[match[1].lower()] = match[2]
        return SUCCEEDED
    return re.sub(
        r"\bidentifier\s*\(\s*\$(\w+)\s*\)",
        lambda match: session.variables[match[1].lower()],
        sql,
        flags=re.IGNORECASE,
    )


def set_session_parameter(sql: str, session: EmulatedSession) -> str:
    """Keep the query tag; other parameters change nothing here."""
    match = re.match(r"alter\s+session\s+(?P<word>set|unset)\s+(?P<rest>.*)", sql, re.I | re.S)
    if not match:
        return sql
    if match["word"].lower() == "unset":
        if "query_tag" in match["rest"].lower():
            session.query_tag = ""
        return SUCCEEDED
    tag = re.search(r"\bquery_tag\s*=\s*'((?:[^'\\]|''|\\.)*)'", match["rest"], re.IGNORECASE)
    if tag:
        session.query_tag = tag[1].replace("''", "'").replace("\\'", "'")
    return SUCCEEDED


def show_query_tag(sql: str, session: EmulatedSession) -> str:
    """dbt asks for the tag before it sets one for a model, and sets it back afterwards."""
    if not re.match(r"show\s+parameters\s+like\s+'query_tag'", sql, re.IGNORECASE):
        return sql
    row = {"key": "QUERY_TAG", "value": session.query_tag, "default": "", "level": "SESSION"}
    return "select " + ", ".join(
        f'cast({literal(value)} as varchar) as "{name}"' for name, value in row.items()
    )


def show_objects_that_start_with(sql: str, session: EmulatedSession) -> str:
    """fakesnow ignores STARTS WITH, by which dbt finds one table; it does take LIKE."""
    return re.sub(
        rf"^show\s+objects\s+in\s+(?:schema\s+)?({NAME})\s+starts\s+with\s+'([^']*)'",
        r"show objects like '\2%' in schema \1",
        sql,
        flags=re.IGNORECASE,
    )


def account_statements(sql: str, session: EmulatedSession) -> str:
    """Roles, warehouses and grants: accepted and forgotten, as there is no account here."""
    kinds = "warehouse|role|user|tag|resource|network"
    ddl = rf"(?:create|alter|drop)\s+(?:or\s+replace\s+)?(?:{kinds})\b"
    if re.match(rf"(?:{ddl}|grant\b|revoke\b|use\s+secondary\b)", sql, re.IGNORECASE):
        return SUCCEEDED
    if not re.match(r"show\s+grants\b", sql, re.IGNORECASE):
        return sql
    columns = ("created_on", "privilege", "granted_on", "name", "granted_to", "grantee_name")
    empty = ", ".join(f'cast(null as varchar) as "{column}"' for column in columns)
    return f"select {empty} where 1 = 0"


def use_role(sql: str, session: EmulatedSession) -> str:
    """Another role, with other grants."""
    match = re.fullmatch(rf"use\s+role\s+(?P<role>{IDENTIFIER})", sql, re.IGNORECASE)
    if match:
        session.role = match["role"].upper()
        return SUCCEEDED
    return sql


def last_change(sql: str, session: EmulatedSession) -> str:
    """When a table last changed: a number that grows with every change of its rows."""
    match = re.search(r"system\$last_change_commit_time\('([^']+)'\)", sql, re.IGNORECASE)
    if not match:
        return sql
    rows = session.engine.execute(
        f"select count(*), coalesce(sum(hash(t)), 0) from {match[1]} as t"
    ).fetchone()
    assert rows
    changed = 10**18 + int(rows[1]) % 10**17 + rows[0]
    return sql.replace(match[0], str(changed))


def wait(sql: str, session: EmulatedSession) -> str:
    """SYSTEM$WAIT takes no time here; the switch ``slow`` makes a statement wait."""
    return re.sub(r"\bsystem\$wait\((\d+)\)", r"'waited \1 seconds'", sql, flags=re.IGNORECASE)


def drop_database(sql: str, session: EmulatedSession) -> str:
    """DuckDB detaches a database instead of dropping it; one in memory is gone with that."""
    match = re.fullmatch(
        rf"drop\s+database\s+(?P<kept>if\s+exists\s+)?(?P<name>{IDENTIFIER})", sql, re.IGNORECASE
    )
    if not match:
        return sql
    with another_engine() as engine:
        engine.execute(f"detach database {match['kept'] or ''}{match['name']}")
    return SUCCEEDED


# In this order: what touches a transaction sees what is left of the others.
REWRITES: tuple[Callable[[str, EmulatedSession], str], ...] = (
    session_variables,
    set_session_parameter,
    show_query_tag,
    show_objects_that_start_with,
    account_statements,
    use_role,
    last_change,
    wait,
    drop_database,
    transaction,
    clones.table,
    clones.schema,
    comment,
    copy_from_quoted_stage,
)
