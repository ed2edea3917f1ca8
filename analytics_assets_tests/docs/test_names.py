"""Names that README and docs put in backticks are names of the project, and the glossary's form."""

import re
from pathlib import Path

import pytest

from analytics_assets.defs.contracts import CONTRACTS
from analytics_assets.settings import PROJECT_ROOT

PAGES = [PROJECT_ROOT / "README.md", *sorted((PROJECT_ROOT / "docs").rglob("*.md"))]
SOURCES = [
    path
    for folder in ("analytics_assets", "dbt_project", "benchmarks")
    for path in (PROJECT_ROOT / folder).rglob("*")
    if path.suffix in {".py", ".sql", ".yml", ".csv"} and "target" not in path.parts
]
SOURCES.append(PROJECT_ROOT / "dagster.yaml")
# What Snowflake calls its own things.
NOT_OURS = {"external_oauth"}
ENTRY = re.compile(r"\*\*(.+?)\*\*(?: \(`\w+`\))?: (.+?)\s\*Not:\*\s(.+?)\.$", re.S)


@pytest.fixture(scope="module")
def words() -> set[str]:
    """Return every name of the code, of its checks, and of what the docs show how to add."""
    shown = (PROJECT_ROOT / "docs" / "extending.md").read_text().split("```diff")[1:]
    checks = {rule.name for contract in CONTRACTS for rule in contract.rules}
    return (
        NOT_OURS
        | checks
        | set(re.findall(r"\w+", " ".join([*(path.read_text() for path in SOURCES), *shown])))
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_name_in_backticks_is_a_name_of_the_project(page: Path, words: set[str]):
    prose = re.sub(r"```.*?```", "", page.read_text(), flags=re.S)
    named = re.findall(r"`(?:\w+\.)?([a-z]+(?:_[a-z0-9]+)+)`", prose)

    assert [name for name in named if name not in words] == []


def test_every_word_of_the_glossary_says_what_it_is_not():
    page = (PROJECT_ROOT / "docs" / "glossary.md").read_text()
    entries = [part for part in page.split("\n\n") if part.startswith("**")]

    assert [entry for entry in entries if not ENTRY.fullmatch(entry.strip())] == []
    words = [entry.split("**")[1] for entry in entries]
    assert len(words) == len(set(words))


def test_one_item_baskets_change_lift_as_the_decisions_say():
    """1.6 in the eight baskets of the methods; without the two one-item baskets 1.5."""
    from worked_examples import pair

    page = (PROJECT_ROOT / "docs" / "decisions.md").read_text()
    larger = ["A B", "A B", "C D", "C D", "A B C D", "A B C D"]

    with_them, without = pair([*larger, "A", "E"], "A", "B"), pair(larger, "A", "B")

    falls = f"lift then falls from {with_them['lift']:.1f} to {without['lift']:.1f}"
    assert falls in " ".join(page.split())
    assert with_them["adjusted_lift"] == without["adjusted_lift"]
