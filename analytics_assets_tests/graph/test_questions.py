"""The SQL that the docs show: questions.sql with its answers, and every ```sql block of a page.

``python analytics_assets_tests/graph/test_questions.py`` writes the answers anew.
"""

import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

# For when this file is run by itself: this checkout, and what the tests share.
sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(1, str(Path(__file__).parents[1]))
from materialized_shop import Shop, build_shop

from analytics_assets.lib.tables import manifest
from analytics_assets.settings import PROJECT_ROOT

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("shop")]

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


def test_the_exposure_of_the_questions_names_the_tables_they_read():
    content = manifest()
    nodes = {**content["nodes"], **content["sources"]}
    [exposure] = [e for e in content["exposures"].values() if e["name"] == "questions"]
    declared = {
        f"{nodes[name]['schema']}.{nodes[name]['name']}" for name in exposure["depends_on"]["nodes"]
    }

    read = re.findall(r"\b(?:from|join) (\w+\.\w+)", "".join(sql for _, sql, _ in questions()))

    assert declared == set(read)


@pytest.mark.parametrize("sql", BLOCKS)
def test_the_sql_of_a_page_runs(shop: Shop, sql: str):
    shop.rows(sql)


def write_answers(shop: Shop) -> None:
    head, *blocks = QUESTIONS.read_text().split("\n\n\n")
    sqls = [block[: block.index(";\n") + 1] for block in blocks]
    answered = [f"{sql}\n{answer_of(shop, sql)}" for sql in sqls]
    QUESTIONS.write_text("\n\n\n".join([head, *answered]) + "\n")


if __name__ == "__main__":
    import os

    os.environ.setdefault("DBT_TARGET_PATH", str(PROJECT_ROOT / "dbt_project/target/tests"))
    with tempfile.TemporaryDirectory() as made:
        write_answers(build_shop(Path(made)))
