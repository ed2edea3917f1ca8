"""``make questions``: each question of docs/questions.sql and its answer on your own data."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb

from analytics_assets.command.sql import as_text
from analytics_assets.defs.published.copy import opened
from analytics_assets.errors import AnalyticsError
from analytics_assets.settings import DBT_PROJECT_DIR, load_settings

# Beside the dbt project, in a checkout as in a wheel.
QUESTIONS = DBT_PROJECT_DIR.parent / "docs" / "questions.sql"
_UNPUBLISHED = "asked of a table that the published copy does not have"


def questions(text: str) -> Iterator[tuple[str, str]]:
    """Yield each question, its number first, and its SQL, of a file as docs/questions.sql is."""
    for block in re.split(r"\n{3,}", text)[1:]:
        words, statement = [], []
        for line in block.splitlines():
            if not line.startswith("--"):
                statement.append(line)
            elif not line.startswith("-->"):
                words.append(line.removeprefix("--").strip())
        yield " ".join(words), "\n".join(statement).strip()


def answers(copy: Path, text: str) -> Iterator[str]:
    """Yield question and answer as text, one after another.

    Raises:
        NotPublishedError: there is no copy yet.
    """
    with opened(copy) as connection:
        for question, sql in questions(text):
            try:
                answer = as_text(connection.execute(sql))
            except duckdb.CatalogException as error:
                answer = f"{_UNPUBLISHED}: {str(error).splitlines()[0]}"
            yield f"{question}\n{answer}\n"


def main() -> int:
    """Print every question and answer; return the exit code of the process."""
    try:
        for answer in answers(load_settings().published_path, QUESTIONS.read_text()):
            sys.stdout.write(f"{answer}\n")
    except (AnalyticsError, FileNotFoundError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
