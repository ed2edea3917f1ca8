"""``alter table a swap with b``: three renames in one transaction, since DuckDB has no swap."""

import re

from emulator.names import NAME, qualified
from emulator.sessions import SUCCEEDED, EmulatedSession, UnsupportedError, another_engine

_SWAP = rf"alter\s+table\s+(?:if\s+exists\s+)?(?P<one>{NAME})\s+swap\s+with\s+(?P<other>{NAME})"
_LENGTHS = "_fs_global._fs_information_schema._fs_columns_ext"


def swap(sql: str, session: EmulatedSession) -> str:
    """Exchange the names of two tables of one schema; readers see both or neither."""
    match = re.fullmatch(_SWAP, sql, re.IGNORECASE)
    if not match:
        return sql
    one, other = (qualified(match[group], session) for group in ("one", "other"))
    if one[:2] != other[:2]:
        raise UnsupportedError(f"swap of tables in two schemas: {one} and {other}")
    for table in (match["one"], match["other"]):
        if not _exists(session, table):
            return f"select * from {table}"
    between = f"{one[2]}_SWAPPED"
    renames = [(one[2], between), (other[2], one[2]), (between, other[2])]
    schema = f'"{one[0]}"."{one[1]}"'
    # fakesnow keeps the lengths of text columns by table name, in a database of its own.
    with another_engine() as engine:
        engine.execute("begin")
        for old, new in renames:
            engine.execute(f'alter table {schema}."{old}" rename to "{new}"')
        engine.execute("commit")
        engine.execute("begin")
        for old, new in renames:
            engine.execute(
                f"update {_LENGTHS} set ext_table_name = ? where ext_table_catalog = ? "
                "and ext_table_schema = ? and ext_table_name = ?",
                [new, *one[:2], old],
            )
        engine.execute("commit")
    return SUCCEEDED


def _exists(session: EmulatedSession, table: str) -> bool:
    found = session.engine.execute(
        "select 1 from information_schema.tables "
        "where upper(table_catalog) = ? and upper(table_schema) = ? and table_name = ?",
        qualified(table, session),
    )
    return found.fetchone() is not None
