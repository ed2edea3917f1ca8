"""Who may read a table: its owner, and the roles that were granted it.

What Snowflake does and an emulator would forget: a future grant reaches a table when it is made,
and not when it is made by ``create or replace ... copy grants``, which keeps the grants that the
table had and nothing else.
"""

import re
from dataclasses import dataclass, field

import sqlglot
from sqlglot import exp

from emulator.names import NAME, QualifiedName, qualified
from emulator.sessions import EmulatedSession

OWNER = "TRANSFORMER"

_FUTURE = (
    r"grant\s+.*?\bselect\b.*?\son\s+(?P<scope>future|all)\s+(?P<kind>views|(?:dynamic\s+)?tables)"
    rf"\s+in\s+schema\s+(?P<schema>{NAME})\s+to\s+role\s+(?P<role>\w+)"
)
_ROLE = r"grant\s+role\s+(?P<role>\w+)\s+to\s+role\s+(?P<to>\w+)"
_CREATE = (
    r"create\s+(?P<replace>or\s+(?:replace|alter)\s+)?(?P<temporary>temp(?:orary)?\s+)?"
    r"(?:transient\s+)?(?:secure\s+)?(?P<kind>(?:dynamic\s+)?table|view)\s+"
    rf"(?P<old>if\s+not\s+exists\s+)?(?P<name>{NAME})(?P<rest>.*)"
)


@dataclass
class Grants:
    """The roles that may select, by table; those that will, by schema and kind; roles of roles."""

    tables: dict[QualifiedName, set[str]] = field(default_factory=dict)
    future: dict[tuple[str, str, str], set[str]] = field(default_factory=dict)
    granted: dict[str, set[str]] = field(default_factory=dict)

    def note(self, sql: str, session: EmulatedSession) -> None:
        """Keep what a statement that succeeded grants or makes."""
        if match := _match(_FUTURE, sql):
            database, schema, _ = qualified(f"{match['schema']}.x", session)
            kind = _kind(match["kind"])
            if match["scope"].lower() == "future":
                self.future.setdefault((database, schema, kind), set()).add(match["role"].upper())
            else:
                names = session.engine.execute(
                    "select table_name from information_schema.tables "
                    "where table_catalog = ? and table_schema = ?",
                    [database, schema],
                )
                for (name,) in names.fetchall():
                    roles = self.tables.setdefault((database, schema, name), set())
                    roles.add(match["role"].upper())
        elif match := _match(_ROLE, sql):
            self.granted.setdefault(match["to"].upper(), set()).add(match["role"].upper())
        elif (match := _match(_CREATE, sql)) and not match["temporary"]:
            self._made(match, session)

    def refused(self, sql: str, session: EmulatedSession) -> str | None:
        """Return the first table that the session's role may not read, None for none."""
        if session.role == OWNER or not re.match(r"\s*(select|with)\b", sql, re.IGNORECASE):
            return None
        tree = sqlglot.parse_one(sql, dialect="snowflake")
        roles = {session.role} | self.granted.get(session.role, set())
        own = {cte.alias_or_name.upper() for cte in tree.find_all(exp.CTE)}
        for table in tree.find_all(exp.Table):
            name = ".".join(part.name for part in table.parts)
            granted = self.tables.get(qualified(name, session), set())
            is_known = name.upper() in own or table.db.upper() == "INFORMATION_SCHEMA"
            if not is_known and not roles & granted:
                return name
        return None

    def _made(self, match: re.Match[str], session: EmulatedSession) -> None:
        name = qualified(match["name"], session)
        if match["old"] and name in self.tables:
            return
        if re.search(r"\bcopy\s+grants\b", match["rest"].split(" as ")[0], re.IGNORECASE):
            self.tables.setdefault(name, set())
        else:
            future = self.future.get((*name[:2], _kind(match["kind"])), set())
            self.tables[name] = future | {session.role}


def _match(pattern: str, sql: str) -> re.Match[str] | None:
    return re.match(pattern, sql, re.IGNORECASE | re.DOTALL)


def _kind(text: str) -> str:
    return re.sub(r"\s+", " ", text.lower()).removesuffix("s")
