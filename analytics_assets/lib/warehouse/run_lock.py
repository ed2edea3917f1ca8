"""One building run at a time: a lock beside the database, held from a run's start to its end.

Steps open and close the database, so two runs could take turns step by step and mix their data in
one set of marts. The operating system holds the lock and releases it when its holder dies, however
it dies. A note beside it says who the holder is.
"""

import os
import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import dagster as dg
from filelock import FileLock, Timeout

from analytics_assets.lib.warehouse.duckdb import DuckDBWarehouse
from analytics_assets.lib.warehouse.duckdb_file import make_folder, unwritable
from analytics_assets.lib.warehouse.waiting import HeldError, Patience, moment, wait_for

RUN_WAIT_SECONDS = 1800.0
_ADVICE = (
    "Next: let it end, or end it by its PID (in the UI: Runs, Terminate), and start again; the "
    "tables are whole either way"
)


@contextmanager
def warehouse_of_a_run(
    warehouse: DuckDBWarehouse,
    context: dg.InitResourceContext,
    wait_seconds: float = RUN_WAIT_SECONDS,
) -> Iterator[DuckDBWarehouse]:
    """Yield the warehouse for the length of a run, one building run at a time.

    A run of checks alone and a sensor's glance take no lock: they change nothing. Who waits says
    so in the run's log.
    """
    log, run = context.log, context.run
    if log is None or run is None:
        yield warehouse
        return
    of_this_run = replace(warehouse, report=log.warning)
    if not _builds(run, context.instance):
        yield of_this_run
        return
    what = f"run {run.run_id[:8]} of {run.job_name}"
    with run_lock(warehouse.path, what, Patience(wait_seconds, log.warning)):
        yield of_this_run


@contextmanager
def run_lock(database: Path, what: str, patience: Patience) -> Iterator[None]:
    """Hold the lock of a database file while the block runs.

    Args:
        database: the DuckDB file, which need not exist yet.
        what: who holds it then, such as ``run 1a2b3c4d of daily_refresh``.
        patience: how long to wait for another holder; its ``report`` also hears of a holder that
            died without letting go.

    Raises:
        HeldError: another run holds the lock for longer than ``patience.seconds``.
        FileUnwritableError: the database's folder cannot be written.
    """
    # Teardown may come from another thread than setup.
    lock = FileLock(database.with_name(f"{database.name}.run.lock"), thread_local=False)
    note = database.with_name(f"{database.name}.run.txt")
    me = f"{what} (PID {os.getpid()} on {platform.node()}, since {moment(time.time())})"

    def take() -> None:
        try:
            lock.acquire(timeout=0)
        except Timeout:
            other = _read(note) or "another run, which has only just begun"
            raise HeldError(f"{database} is in the hands of {other}") from None
        except OSError as error:
            raise unwritable(database.parent, str(error.strerror)) from error

    make_folder(database.parent)
    wait_for(take, patience, _ADVICE)
    try:
        if died := _read(note):
            patience.report(f"{died} ended without letting go; tables are as it left them, whole")
        try:
            note.write_text(me, encoding="utf-8")
        except OSError as error:
            raise unwritable(database.parent, str(error.strerror)) from error
        yield
    finally:
        note.unlink(missing_ok=True)
        lock.release()


def _read(note: Path) -> str:
    try:
        return note.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""


def _builds(run: dg.DagsterRun, instance: dg.DagsterInstance | None) -> bool:
    """Return whether the run builds any asset; checks alone do not."""
    if instance is None or run.execution_plan_snapshot_id is None:
        return True
    plan = instance.get_execution_plan_snapshot(run.execution_plan_snapshot_id)
    return bool(plan.asset_selection)
