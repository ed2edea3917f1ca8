"""docs/tables.md says what dbt's YAML and the rules say."""

import difflib

import pytest

from analytics_assets.command.tables_page import TABLES_PAGE, tables_page


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
