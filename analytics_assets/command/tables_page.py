"""``make docs``: the page of all tables, from their contracts and dbt's descriptions."""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analytics_assets.defs.contracts import COHORT, CUSTOMER, LIVE, PRODUCT, RAW, STAGING
from analytics_assets.lib.checks.contract import Contract
from analytics_assets.lib.checks.rules.rule import RowRule, Rule
from analytics_assets.lib.dbt.manifest import fresh_manifest
from analytics_assets.settings import PROJECT_ROOT, load_settings

TABLES_PAGE = PROJECT_ROOT / "docs" / "tables.md"

GROUPS: Mapping[str, tuple[Contract, ...]] = {
    "Raw": RAW,
    "Staging": STAGING,
    "Live": LIVE,
    "Customers": CUSTOMER,
    "Products": PRODUCT,
    "Cohorts": COHORT,
}

_HEAD = """\
# Tables and columns

Made by `make docs` from the contracts (`analytics_assets/checks/contracts`) and the descriptions
(`dbt_project/models`); a test fails where this page says something else.

Under each table stand the rules of its contract, numbered; the last column of the table says which
of them name the column. A broken rule stops what is built from the table, unless it is marked
*warns*. Every contract also holds that the table has exactly these columns, each with its type.
Types are DuckDB's; on Snowflake VARCHAR reads TEXT, DOUBLE reads FLOAT, TIMESTAMP reads
TIMESTAMP_NTZ, and every exact number reads NUMBER.
"""


@dataclass(frozen=True)
class Described:
    """What dbt's YAML says: one text for the table, and one a column."""

    table: str
    columns: Mapping[str, str]


def descriptions(manifest: Mapping[str, Any]) -> dict[str, Described]:
    """Return ``schema.name`` -> description of every model, seed and source of a manifest."""
    return {
        f"{node['schema']}.{node['name']}": Described(
            node["description"],
            {name: column["description"] for name, column in node["columns"].items()},
        )
        for node in (*manifest["nodes"].values(), *manifest["sources"].values())
        if node["resource_type"] in ("model", "seed", "source")
    }


def tables_page(described: Mapping[str, Described]) -> str:
    """Return the page as Markdown.

    Raises:
        KeyError: a table or column of a contract has no description.
    """
    parts = [_HEAD, *_contents()]
    for title, contracts in GROUPS.items():
        parts.append(f"\n## {title}\n")
        for contract in contracts:
            parts += _section(contract, described[contract.table])
    return "\n".join(parts)


def _contents() -> Iterator[str]:
    for title, contracts in GROUPS.items():
        links = (f"[{c.table}](#{c.table.replace('.', '')})" for c in contracts)
        yield f"- {title}: {', '.join(links)}"


def _section(contract: Contract, described: Described) -> Iterator[str]:
    yield f"### {contract.table}\n"
    yield f"{_line(described.table)}\n"
    key = ", ".join(f"`{column}`" for column in contract.key)
    method = contract.meaning.removeprefix("docs/")
    yield f"Key: {key}. How it is made: [methods]({method}).\n"
    yield "| column | type | meaning | rules |"
    yield "|---|---|---|---|"
    for name, kind in contract.columns.items():
        numbers = ", ".join(
            str(number) for number, rule in enumerate(contract.rules, 1) if _names(rule, name)
        )
        yield f"| `{name}` | {kind} | {_line(described.columns[name])} | {numbers} |"
    yield ""
    for number, rule in enumerate(contract.rules, 1):
        yield f"{number}. {_line(rule.words)}{'' if rule.blocking else ' (*warns*)'}"
    yield ""


def _names(rule: Rule, column: str) -> bool:
    """Return whether the rule is about the column: by its declaration, or by its words.

    A rule that declares its columns may use a word such as "lift" or "line" and mean no column.
    """
    if isinstance(rule, RowRule) and (column in rule.columns or "_" not in column):
        return column in rule.columns
    return re.search(rf"\b{column}\b", rule.words) is not None


def _line(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def current_page() -> str:
    """Return the page as it should stand for the project's files of now."""
    manifest: Path = fresh_manifest(load_settings({}))
    return tables_page(descriptions(json.loads(manifest.read_text())))


def main() -> int:
    """Write the page; return the exit code of the process."""
    TABLES_PAGE.write_text(current_page())
    sys.stdout.write(f"{TABLES_PAGE.relative_to(PROJECT_ROOT)} written\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
