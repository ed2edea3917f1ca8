"""A planted fault: SQL that breaks a rule of a built shop, and what the rule must find then."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Fault:
    """SQL, how many offending rows it adds, and the variables it needs to be one."""

    sql: str
    added_rows: int = 1
    variables: Mapping[str, object] = field(default_factory=dict)


def change(table: str, values: str, where: str = "true", rows: int = 1) -> str:
    return (
        f"update {table} set {values} where rowid in"
        f" (select rowid from {table} where {where} order by rowid limit {rows})"
    )


def delete(table: str, where: str = "true", rows: int = 1) -> str:
    return (
        f"delete from {table} where rowid in"
        f" (select rowid from {table} where {where} order by rowid limit {rows})"
    )


def repeat(table: str, where: str = "true") -> str:
    return (
        f"insert into {table} select * from {table}"
        f" where rowid = (select min(rowid) from {table} where {where})"
    )


def quarantine(table: str) -> str:
    name = table.removeprefix("raw.")
    return f"insert into raw.quarantined_rows values ('{name}', 'f', 1, 'c', 'v', 'r', '')"
