"""docs/tables.md says what the contracts and dbt's descriptions say."""

import difflib

import pytest
from analytics_assets.defs.contracts import CONTRACTS

from analytics_assets.command import tables_page
from analytics_assets.command.tables_page import GROUPS, TABLES_PAGE, current_page


@pytest.fixture(scope="module")
def page() -> str:
    return current_page()


def test_the_page_is_the_one_that_make_docs_writes(page: str):
    difference = "\n".join(
        difflib.unified_diff(
            TABLES_PAGE.read_text().splitlines(),
            page.splitlines(),
            "docs/tables.md as it is",
            "docs/tables.md as it should be",
            lineterm="",
            n=1,
        )
    )
    if difference:
        pytest.fail(f"docs/tables.md is not up to date; type `make docs`\n{difference}")


def test_every_contract_is_on_the_page_once():
    assert [contract for group in GROUPS.values() for contract in group] == list(CONTRACTS)


def test_every_column_and_every_rule_is_on_the_page(page: str):
    sections = {
        section.partition("\n")[0]: section.splitlines() for section in page.split("\n### ")
    }
    for contract in CONTRACTS:
        lines = sections[contract.table]
        for name, kind in contract.columns.items():
            [row] = [line for line in lines if line.startswith(f"| `{name}` | {kind} | ")]
            assert len(row.split(" | ")[2]) > 3, row
        for number, rule in enumerate(contract.rules, 1):
            [row] = [line for line in lines if line.startswith(f"{number}. ")]
            assert " ".join(rule.sentence.split()) in row
            assert row.endswith("(*warns*)") is not rule.blocking


def test_a_rule_stands_beside_the_columns_that_it_names_and_no_others(page: str):
    affinity = page.split("### analytics.product_affinity\n")[1]
    rules_of = {
        row.split("`")[1]: row.removesuffix(" |").rpartition("| ")[2]
        for row in affinity.splitlines()
        if row.startswith("| `")
    }

    # "a pair has one row, and one lift" is no rule on the column lift.
    assert rules_of["product_a_id"] == "1, 2, 3"
    assert "3" not in rules_of["lift"].split(", ")


def test_make_docs_writes_the_page(monkeypatch, tmp_path, page: str):
    monkeypatch.setattr(tables_page, "TABLES_PAGE", tmp_path / "tables.md")
    monkeypatch.setattr(tables_page, "PROJECT_ROOT", tmp_path)

    assert tables_page.main() == 0

    assert (tmp_path / "tables.md").read_text() == page


def test_a_column_without_a_description_is_an_error():
    with pytest.raises(KeyError):
        tables_page.tables_page({})
