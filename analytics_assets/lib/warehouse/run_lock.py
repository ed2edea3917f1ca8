"""One run at a time: a lock beside the database, held from a run's start to its end.

Steps open and close the database, so two runs could take turns step by step and mix their data in
one set of marts. The operating system holds the lock and releases it when its holder dies, however
it dies. A note beside it says who the holder is.
"""

import json
import os
import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil
from filelock import FileLock, Timeout

from analytics_assets.lib.warehouse.duckdb_file import make_folder, unwritable
from analytics_assets.lib.warehouse.processes import is_alive, moment
from analytics_assets.lib.warehouse.waiting import HeldError, Patience, wait_for

_ADVICE = (
    "let it end, or end it by its PID (in the UI: Runs, Terminate), and start again; the tables "
    "are whole either way"
)


@dataclass(frozen=True)
class Holder:
    """Who holds the lock; ``since`` is in epoch seconds."""

    what: str
    pid: int
    host: str
    since: float

    def __str__(self) -> str:
        return f"{self.what} (PID {self.pid} on {self.host}, since {moment(self.since)})"


@contextmanager
def run_lock(database: Path, what: str, patience: Patience) -> Iterator[None]:
    """Hold the lock of a database file while the block runs.

    Args:
        database: the DuckDB file, which need not exist yet.
        what: who asks, such as ``run 1a2b3c4d of daily_refresh``.
        patience: how long to wait for another holder; its ``report`` is also told when the last
            holder died without letting go.

    Raises:
        HeldError: another run holds the lock for longer than ``patience.seconds``.
        FileUnwritableError: the database's folder cannot be written.
    """
    lock = _lock(database)

    def take() -> None:
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise HeldError(f"{database} is in the hands of {_named(holder(database))}") from None
        except OSError as error:
            raise unwritable(database.parent, str(error.strerror)) from error

    make_folder(database.parent)
    wait_for(take, patience, _ADVICE)
    try:
        if died := _note(database):
            patience.report(f"{died} ended without letting go; tables are as it left them, whole")
        _write_note(database, Holder(what, os.getpid(), platform.node(), time.time()))
        yield
    finally:
        _note_file(database).unlink(missing_ok=True)
        lock.release()


def is_held_for_us(database: Path) -> bool:
    """Return whether this process or one above it holds the lock, so that this one works for it."""
    us = {os.getpid(), *(process.pid for process in psutil.Process().parents())}
    owner = holder(database)
    return owner is not None and owner.host == platform.node() and owner.pid in us


def holder(database: Path) -> Holder | None:
    """Return who holds the lock as far as is known; None when that process is gone."""
    noted = _note(database)
    if noted and noted.host == platform.node() and not is_alive(noted.pid, noted.since):
        return None
    return noted


def _named(owner: Holder | None) -> str:
    return str(owner) if owner else "another run, which has only just begun"


def _lock(database: Path) -> FileLock:
    # Teardown may come from another thread than setup.
    return FileLock(database.with_name(f"{database.name}.run.lock"), thread_local=False)


def _note_file(database: Path) -> Path:
    return database.with_name(f"{database.name}.run.json")


def _note(database: Path) -> Holder | None:
    try:
        return Holder(**json.loads(_note_file(database).read_text(encoding="utf-8")))
    except (FileNotFoundError, json.JSONDecodeError):
        # Being written just now.
        return None


def _write_note(database: Path, owner: Holder) -> None:
    try:
        _note_file(database).write_text(json.dumps(asdict(owner)), encoding="utf-8")
    except OSError as error:
        raise unwritable(database.parent, str(error.strerror)) from error
