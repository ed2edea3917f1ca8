"""Names in SQL: finding them in a statement, and completing them as Snowflake does."""

import re

from emulator.sessions import EmulatedSession

IDENTIFIER = r'(?:"[^"]+"|[A-Za-z_][\w$]*)'
NAME = rf"{IDENTIFIER}(?:\s*\.\s*{IDENTIFIER}){{0,2}}"

# (database, schema, name)
QualifiedName = tuple[str, str, str]


def parts(name: str) -> list[str]:
    """Return the parts of a dotted name; unquoted ones are upper-case, as Snowflake stores them."""
    found = re.findall(IDENTIFIER, name)
    return [part[1:-1] if part.startswith('"') else part.upper() for part in found]


def qualified(name: str, session: EmulatedSession) -> QualifiedName:
    """Return database, schema and name; what is missing is the session's own."""
    own = [session.connection.database or "", session.connection.schema or ""]
    given = parts(name)
    database, schema, table = [*own[: 3 - len(given)], *given]
    return database, schema, table


def text_literal(value: str) -> str:
    """Return ``value`` as an SQL literal."""
    return "'" + value.replace("'", "''") + "'"
