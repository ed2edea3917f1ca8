"""Comments on tables and their columns, which DuckDB takes one at a time."""

import re

from emulator.names import IDENTIFIER, NAME, qualified
from emulator.sessions import SUCCEEDED, EmulatedSession, another_engine

_TEXT = r"(?:'(?P<quoted>(?:[^']|'')*)'|\$\$(?P<dollars>.*?)\$\$)"
_TABLE = rf"comment\s+on\s+(?:table|view)\s+(?P<table>{NAME})\s+is\s+{_TEXT}"
_COLUMNS = rf"alter\s+table\s+(?P<table>{NAME})\s+(?:alter|modify)\s+(?P<rest>.*\bcomment\b.*)"
_COLUMN = rf"(?:column\s+)?(?P<column>{IDENTIFIER})\s+comment\s+{_TEXT}"


def comment(sql: str, session: EmulatedSession) -> str:
    """Keep the comments, so that INFORMATION_SCHEMA has them."""
    if match := re.fullmatch(_TABLE, sql, re.IGNORECASE | re.DOTALL):
        return SUCCEEDED
    match = re.fullmatch(_COLUMNS, sql, re.IGNORECASE | re.DOTALL)
    if not match:
        return sql
    table = ".".join(f'"{part}"' for part in qualified(match["table"], session))
    with another_engine() as engine:
        for column in re.finditer(_COLUMN, match["rest"], re.IGNORECASE | re.DOTALL):
            text = column["dollars"] or (column["quoted"] or "").replace("''", "'")
            name = column["column"].strip('"').upper()
            escaped = text.replace("'", "''")
            engine.execute(f"comment on column {table}.\"{name}\" is '{escaped}'")
    return SUCCEEDED
