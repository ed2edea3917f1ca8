"""The log of what arrived: one JSON object a line, written by the server, read by the tests."""

import dataclasses
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Statement:
    """One statement that a client sent, and how it ended.

    Attributes:
        sql: the text as it arrived.
        ok: whether it succeeded.
        error: Snowflake's message, or None.
        rows: number of rows in the answer; what a client fetches. 0 for an error.
        query_tag: the session's tag when it ran, "" without one.
    """

    sql: str
    ok: bool
    error: str | None
    rows: int
    query_tag: str


@dataclass(frozen=True)
class Login:
    """One attempt to log in.

    Attributes:
        user: its name, as sent.
        authenticator: the kind of credential: SNOWFLAKE_JWT (a key pair), OAUTH,
            PROGRAMMATIC_ACCESS_TOKEN, or "" for a password.
        role: the role asked for.
        ok: False where it was refused.
    """

    user: str
    authenticator: str
    role: str
    ok: bool


def append(path: Path, record: Statement | Login) -> None:
    """Add one record to a log."""
    with path.open("a", encoding="utf-8") as log:
        log.write(json.dumps(dataclasses.asdict(record)) + "\n")


def records(path: Path) -> Iterator[dict[str, Any]]:
    """Return the records of a log, oldest first; none before the first was written."""
    if path.exists():
        for line in path.read_text("utf-8").splitlines():
            yield json.loads(line)
