"""Python values as SQL literals, which both engines read alike."""

import datetime
from collections.abc import Iterable


def literal(value: str | int | float | bool | datetime.date | None) -> str:
    """Return ``value`` as a literal that DuckDB and Snowflake read alike.

    Raises:
        TypeError: for a timestamp or any type without an agreed literal.
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        # Snowflake reads backslashes in a quoted string as escapes, DuckDB does not: refuse
        # rather than let one statement mean two things.
        if "\\" in value:
            raise TypeError(f"{value!r} holds a backslash, which the engines read differently")
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return f"date '{value.isoformat()}'"
    raise TypeError(f"no literal for a {type(value).__name__}")


def literals(values: Iterable[str | int | float | bool | datetime.date | None]) -> str:
    """Return the values as a comma-separated list of literals, without parentheses."""
    return ", ".join(literal(value) for value in values)
