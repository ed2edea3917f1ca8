"""The SQL of docs, statement by statement: its files, and the blocks of the page."""

import io
import re
from pathlib import Path

from snowflake.connector.util_text import split_statements

from analytics_assets.settings import PROJECT_ROOT

DOCS = PROJECT_ROOT / "docs"
PAGE = DOCS / "snowflake.md"
FILES = sorted((DOCS / "snowflake").glob("*.sql"))


def statements(text: str) -> list[str]:
    """Return the statements, as the account gets them: without comments and semicolons."""
    parts = split_statements(io.StringIO(text), remove_comments=True)
    return [part.strip().rstrip(";").strip() for part, _ in parts if part and part.strip(" ;\n")]


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(), re.S)


def texts() -> dict[str, str]:
    """Return every piece of SQL in docs about Snowflake, under a name."""
    return {path.name: path.read_text() for path in FILES} | {
        f"{PAGE.name}, block {number}": block for number, block in enumerate(blocks("sql"))
    }


def in_database(path: Path, database: str) -> list[str]:
    """Return the statements of a file, about another database."""
    return [
        re.sub(r"\bautomated_intelligence(?=\b|_ANN)", database, statement, flags=re.IGNORECASE)
        for statement in statements(path.read_text())
    ]
