"""Opening the DuckDB file: it has one writer, or any number of readers, and names who holds it.

Light to import, since the settings, and with them every command, do: no pandas, no Arrow.
"""

import re
from pathlib import Path

import duckdb

from analytics_assets.errors import AnalyticsError
from analytics_assets.lib.warehouse.waiting import HeldError, Patience, described, wait_for

DEFAULT_MEMORY = "40%"

# What did not fit into memory goes to disk: DuckDB says so where it did not fit there either.
DISK_FULL = re.compile("No space left|File too large|Disk quota exceeded")
# What helps where DuckDB ran out of the memory that it may use.
MORE_MEMORY = (
    "Next: set ANALYTICS_DUCKDB_MEMORY to more than two fifths of this machine, such as 60%, use a "
    "larger machine, or Snowflake (docs/snowflake.md)"
)

_HELD = re.compile(r"lock is held in .*\(PID (?P<pid>\d+)\)")
_HELD_BY_READERS = "read-only mode"
_ADVICE = "Next: close that program, or its connection, and start again"


class FileUnwritableError(AnalyticsError):
    """The file or its folder cannot be written; the message says which and what to do."""


def open_file(
    path: Path,
    patience: Patience,
    memory_limit: str,
    *,
    read_only: bool = False,
) -> duckdb.DuckDBPyConnection:
    """Open the file; for writing, it and its folder are made where missing.

    ``memory_limit`` is how much memory DuckDB may use, such as ``6GB`` or ``40%`` of the machine;
    what needs more goes to disk. DuckDB's own default of 80 % leaves too little for Python.

    Raises:
        HeldError: another process holds the file, for reading or for writing, for longer than
            ``patience.seconds``.
        FileUnwritableError: the file or its folder cannot be written.
    """

    def take() -> duckdb.DuckDBPyConnection:
        try:
            if not read_only:
                make_folder(path.parent)
            return duckdb.connect(path, read_only=read_only, config={"memory_limit": memory_limit})
        except duckdb.IOException as error:
            raise _explained(path, str(error)) from None

    return wait_for(take, patience, _ADVICE)


def make_folder(folder: Path) -> None:
    """Make the folder where it is missing.

    Raises:
        FileUnwritableError: it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(folder, str(error.strerror)) from error


def unwritable(path: Path, reason: str) -> FileUnwritableError:
    """Return the error that says so of a file or folder."""
    return FileUnwritableError(
        f"{path} cannot be written ({reason}); nothing has changed. Make the file and its folder "
        "writable, or name another file in ANALYTICS_DUCKDB_PATH"
    )


def _explained(path: Path, reason: str) -> HeldError | FileUnwritableError:
    held = _HELD.search(reason)
    if held is None:
        return unwritable(path, reason)
    purpose = "reading" if _HELD_BY_READERS in reason else "writing"
    return HeldError(f"{path} is open for {purpose} in {described(int(held['pid']))}")
