"""docs/tables.md says what dbt's YAML and the rules say."""

import difflib

import pytest

from analytics_assets.command.tables_page import TABLES_PAGE, tables_page
from analytics_assets.definitions import contracts
from analytics_assets.lib.tables import tables


def test_the_page_is_the_one_that_make_docs_writes():
    difference = "\n".join(
        difflib.unified_diff(
            TABLES_PAGE.read_text().splitlines(),
            tables_page().splitlines(),
            "docs/tables.md as it is",
            "docs/tables.md as it should be",
            lineterm="",
            n=1,
        )
    )
    if difference:
        pytest.fail(f"docs/tables.md is not up to date; type `make docs`\n{difference}")


def test_every_column_and_rule_is_on_the_page():
    sections = {s.partition("\n")[0]: s for s in tables_page().split("\n### ")}
    for made in tables().values():
        for name, column in made.columns.items():
            assert f"| `{name}` | {column.type} | {column.description[:3]}" in sections[made.name]
    for contract in contracts():
        for rule in contract.all_rules:
            assert rule.words in sections[contract.table]
