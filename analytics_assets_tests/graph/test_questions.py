"""The SQL that the docs show: questions.sql with its answers, and every ```sql block of a page."""

import json
import re
from collections.abc import Iterator

import duckdb
import pytest
from analytics_assets.lib.dbt.manifest import fresh_manifest
from materialized_shop import Shop

from analytics_assets.demo_shop import DEFAULT_SEED
from analytics_assets.settings import PROJECT_ROOT, load_settings

pytestmark = pytest.mark.slow

QUESTIONS = PROJECT_ROOT / "docs" / "questions.sql"
# The SQL of snowflake.md is Snowflake's own; analytics_assets_tests/snowflake/smoke reads it.
PAGES = [
    page
    for page in (PROJECT_ROOT / "README.md", *sorted((PROJECT_ROOT / "docs").rglob("*.md")))
    if page.name != "snowflake.md"
]
BLOCKS = [
    pytest.param(block, id=f"{page.name}-{number}")
    for page in PAGES
    for number, block in enumerate(re.findall(r"```sql\n(.*?)```", page.read_text(), re.S))
]


def questions() -> Iterator[tuple[str, str, str]]:
    """Return each question's number, its SQL and its answer as it stands in the file."""
    _, *blocks = QUESTIONS.read_text().split("\n\n\n")
    for block in blocks:
        number, _, _ = block.removeprefix("-- ").partition(".")
        sql, semicolon, answer = block.partition(";\n")
        yield number, sql + semicolon, answer.strip()


def answer_of(shop: Shop, sql: str) -> str:
    """Return what the file should show: the columns, then a line a row."""
    with duckdb.connect(shop.settings.duckdb_path) as connection:
        result = connection.execute(sql)
        names = [column[0] for column in result.description]
        rows = [["NULL" if v is None else str(v) for v in row] for row in result.fetchall()]
    return "\n".join("--> " + " | ".join(row) for row in [names, *rows])


@pytest.mark.parametrize(
    ("sql", "answer"),
    [pytest.param(sql, answer, id=f"question {number}") for number, sql, answer in questions()],
)
def test_a_question_has_the_answer_that_stands_in_the_file(shop: Shop, sql: str, answer: str):
    found = answer_of(shop, sql)

    assert found == answer, f"docs/questions.sql should say\n{found}"


def test_the_questions_are_numbered_and_name_the_shop_they_are_asked_of(shop: Shop):
    numbers = [number for number, _, _ in questions()]

    assert numbers == [str(number) for number in range(1, len(numbers) + 1)]
    head = QUESTIONS.read_text().partition("\n\n\n")[0]
    assert f"ANALYTICS_DEMO_SCALE={shop.settings.demo_scale} make demo" in head
    assert f"seed {DEFAULT_SEED}" in head


def test_the_exposure_of_the_questions_names_the_tables_they_read():
    manifest = json.loads(fresh_manifest(load_settings({})).read_text())
    nodes = {**manifest["nodes"], **manifest["sources"]}
    [exposure] = [e for e in manifest["exposures"].values() if e["name"] == "questions"]
    declared = {
        f"{nodes[name]['schema']}.{nodes[name]['name']}" for name in exposure["depends_on"]["nodes"]
    }

    read = re.findall(r"\b(?:from|join) (\w+\.\w+)", "".join(sql for _, sql, _ in questions()))

    assert declared == set(read)


@pytest.mark.parametrize("sql", BLOCKS)
def test_the_sql_of_a_page_runs(shop: Shop, sql: str):
    shop.rows(sql)
