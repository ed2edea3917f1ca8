"""``make docs``: the page of all tables, from dbt's YAML and the rules of the rooms."""

import sys
from collections import defaultdict
from collections.abc import Iterator

from analytics_assets.definitions import contracts
from analytics_assets.lib.checks.contract import Contract, words
from analytics_assets.lib.tables import Table, tables
from analytics_assets.settings import PROJECT_ROOT

TABLES_PAGE = PROJECT_ROOT / "docs" / "tables.md"

_ROOMS = ("raw", "staging", "realtime", "sales", "customers", "products", "cohorts", "history")

_HEAD = """\
# Tables and columns

Made by `make docs` from `dbt_project/models` and each room's `checks.py`; a test fails where this
page says something else.

Under each table stand its checks, each with its rules. A broken one stops what is built from the
table, or fails the run where nothing is, unless it is marked *warns*. Types are DuckDB's; on
Snowflake a varchar reads text, a double float, a timestamp timestamp_ntz, and every exact number
number.
"""


def tables_page() -> str:
    """Return the page as Markdown."""
    rules = {contract.table: contract for contract in contracts()}
    by_room: dict[str, list[Table]] = defaultdict(list)
    # By name: dbt's own order is that in which it happened to read its files.
    for made in sorted(tables().values(), key=lambda table: table.name):
        by_room[made.group].append(made)
    rooms = [*(room for room in _ROOMS if room in by_room), *sorted(set(by_room) - set(_ROOMS))]
    parts = [_HEAD]
    for room in rooms:
        links = (f"[{made.name}](#{made.name.replace('.', '')})" for made in by_room[room])
        parts.append(f"- {room}: {', '.join(links)}")
    for room in rooms:
        parts.append(f"\n## {room}\n")
        for made in by_room[room]:
            parts += _section(made, rules.get(made.name))
    return "\n".join(parts)


def _section(made: Table, contract: Contract | None) -> Iterator[str]:
    yield f"### {made.name}\n"
    yield f"{made.description}\n"
    if made.key:
        yield f"Key: {', '.join(f'`{column}`' for column in made.key)}.\n"
    yield "| column | type | meaning |"
    yield "|---|---|---|"
    for name, column in made.columns.items():
        meaning = column.description.replace("|", "\\|")
        yield f"| `{name}` | {column.type} | {meaning} |"
    yield ""
    for rules in contract.checks.values() if contract else ():
        advice = "; ".join(rule.advice for rule in rules)
        yield f"- {words(rules)}{'' if rules[0].blocking else f' (*warns*: {advice})'}"
    yield ""


def main() -> int:
    """Write the page; return the exit code of the process."""
    TABLES_PAGE.write_text(tables_page())
    sys.stdout.write(f"{TABLES_PAGE.relative_to(PROJECT_ROOT)} written\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
