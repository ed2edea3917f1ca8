"""``make sql``: SQL on the published copy, one statement or a prompt. It can change nothing."""

import contextlib
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import duckdb

from analytics_assets.defs.published.copy import opened
from analytics_assets.errors import AnalyticsError
from analytics_assets.settings import load_settings

_MOST_ROWS = 1000
_GREETING = "SQL on {path}, to read. End a statement with ; and the session with Ctrl-D.\n"


def as_text(result: duckdb.DuckDBPyConnection) -> str:
    """Return the rows of a result as aligned text, columns first, numbers to the right."""
    names = [str(column[0]) for column in result.description or []]
    rows = result.fetchmany(_MOST_ROWS + 1)
    lines = [names, *([_cell(value) for value in row] for row in rows[:_MOST_ROWS])]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    numeric = [all(_is_number(value) for value in column) for column in zip(*rows, strict=True)]
    right = numeric or [False] * len(names)
    text = [
        "  ".join(
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(line, widths, right, strict=True)
        ).rstrip()
        for line in lines
    ]
    if len(rows) > _MOST_ROWS:
        text.append(f"... only the first {_MOST_ROWS:,} rows")
    return "\n".join(text) if rows else f"{text[0]}\nno rows"


def _cell(value: Any) -> str:
    return "NULL" if value is None else " ".join(str(value).split())


def _is_number(value: Any) -> bool:
    return value is None or (not isinstance(value, bool) and str(value).lstrip("-")[:1].isdigit())


def ask(connection: duckdb.DuckDBPyConnection, sql: str) -> bool:
    """Print the answer of each statement, or what is wrong; return whether all were right."""
    try:
        for statement in connection.extract_statements(sql):
            sys.stdout.write(f"{as_text(connection.execute(statement))}\n")
    except duckdb.Error as error:
        sys.stderr.write(f"{error}\n")
        return False
    return True


def converse(connection: duckdb.DuckDBPyConnection, lines: Iterable[str]) -> None:
    """Answer each statement of the lines; a statement ends with a semicolon."""
    statement = ""
    for line in lines:
        statement += line
        if statement.rstrip().endswith(";"):
            ask(connection, statement)
            statement = ""
    if statement.strip():
        ask(connection, statement)


def _typed() -> Iterable[str]:
    # Line editing and history, where this Python has them.
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401, PLC0415
    while True:
        try:
            yield input("sql> ") + "\n"
        except EOFError:
            return


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the statement given, else what is typed or piped; return the exit code."""
    statement = " ".join(sys.argv[1:] if arguments is None else arguments).strip()
    try:
        path = load_settings().published_path
        with opened(path) as connection:
            if statement:
                return 0 if ask(connection, statement) else 1
            if sys.stdin.isatty():
                sys.stdout.write(_GREETING.format(path=path))
            converse(connection, _typed() if sys.stdin.isatty() else sys.stdin)
    except AnalyticsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
