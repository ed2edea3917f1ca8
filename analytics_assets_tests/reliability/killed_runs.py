"""Runs of the whole graph in processes of their own, to be killed, and what they leave behind.

Everything heavy is imported once; each run is a fork of this process, with a process group of its
own. Only forks open a database.
"""

import os
import pickle
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import dagster as dg
import duckdb
from kill_points import Point, arm

from analytics_assets.definitions import build_definitions
from analytics_assets.defs.automation.jobs import daily_job
from analytics_assets.lib.failures import causes
from analytics_assets.settings import load_settings

SCALES = {"A": "0.02", "B": "0.03"}
SCHEMAS = ("raw", "staging", "analytics", "realtime")
Hashes = dict[str, tuple[int, int]]
Result = TypeVar("Result")


@dataclass(frozen=True)
class Aftermath:
    """What was there after a kill.

    Attributes:
        died_after: seconds from the run's start to its death.
        died: False when the run came to its end before it was to be killed.
        old, new: how many of the tables that differ were wholly old, and wholly new.
        neither: the names of the others; anything here is a fault.
        leftovers: what stood beside the database or in it and belongs to no finished run.
    """

    died_after: float
    died: bool
    old: int
    new: int
    neither: tuple[str, ...] = ()
    leftovers: tuple[str, ...] = ()


@dataclass
class Shop:
    """A database in a folder of its own that alternates between the two inputs A and B.

    Attributes:
        folder: its folder.
        known: the hashes of every table after a run of each input that was never killed.
        seconds: how long the last whole run took.
    """

    folder: Path
    known: dict[str, Hashes] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def database(self) -> Path:
        return self.folder / "automated_intelligence.duckdb"

    @cached_property
    def jobs(self) -> dict[str, dg.JobDefinition]:
        return {
            name: build_definitions(
                load_settings(
                    {"ANALYTICS_DUCKDB_PATH": str(self.database), "ANALYTICS_DEMO_SCALE": scale}
                )
            ).resolve_job_def(daily_job.name)
            for name, scale in SCALES.items()
        }

    def learn(self) -> None:
        """Run both inputs, never killed, and keep the hashes of their tables.

        One after the other, as later on: shop_history keeps the days that it has once filled.
        """
        self.database.unlink(missing_ok=True)
        for name in SCALES:
            self.run(name)
            self.known[name] = self.hashes()
        assert len(self.same) < len(self.known["A"]) / 2, self.same

    @property
    def same(self) -> set[str]:
        """The tables that are the same for both inputs, and hence show nothing."""
        a, b = self.known["A"], self.known["B"]
        return {table for table in a if a[table] == b.get(table)}

    def run(self, name: str) -> None:
        """Run an input to its end; raises AssertionError with the log when it is not green."""
        started = time.monotonic()
        status, log = self._forked_run(name)
        assert status == 0, log.read_text()[-4000:]
        self.seconds = time.monotonic() - started

    def killed_at(self, point: Point, name: str) -> Aftermath:
        started = time.monotonic()
        status, log = self._forked_run(name, lambda: arm(point))
        assert status in (0, -signal.SIGKILL), log.read_text()[-4000:]
        return self._aftermath(name, time.monotonic() - started, died=status != 0)

    def killed_after(self, seconds: float, name: str) -> Aftermath:
        started = time.monotonic()
        status, log = self._forked_run(name, kill_after=seconds)
        assert status in (0, -signal.SIGKILL), log.read_text()[-4000:]
        return self._aftermath(name, time.monotonic() - started, died=status != 0)

    def failing(self, name: str, outside: Path) -> tuple[Aftermath, str]:
        """Run an input that is expected to fail by itself; return what it left and what it said."""
        started = time.monotonic()
        status, log = self._forked_run(name, log=outside / "run.log")
        seconds = time.monotonic() - started
        return self._aftermath(name, seconds, status != 0, outside), log.read_text()

    def recover(self, name: str) -> tuple[str, ...]:
        """Run the input again, to its end; return what differs from a run that was never killed."""
        self.run(name)
        hashes = self.hashes()
        known = self.known[name]
        different = {table for table in {*hashes, *known} if hashes.get(table) != known.get(table)}
        return (*sorted(different), *self._leftovers(self.folder))

    def hashes(self) -> Hashes:
        return in_a_fork(lambda: table_hashes(self.database))

    def _forked_run(
        self,
        name: str,
        prepare: Callable[[], None] = lambda: None,
        kill_after: float | None = None,
        log: Path | None = None,
    ) -> tuple[int, Path]:
        job, log = self.jobs[name], log or self.folder / "run.log"

        def work() -> None:
            prepare()
            with log.open("w") as output:
                os.dup2(output.fileno(), 1)
                os.dup2(output.fileno(), 2)
                # Run history in memory: writing it to a file costs as much as the run itself.
                with dg.DagsterInstance.ephemeral() as instance:
                    result = job.execute_in_process(
                        instance=instance,
                        run_config={"loggers": {"progress": {}}},
                        raise_on_error=False,
                    )
                # As make demo says it, once at the end.
                for step, cause in causes(result.all_events):
                    print(f"{step}: {cause}", flush=True)
                os._exit(0 if result.success else 1)

        pid = _fork(work)
        if kill_after is not None:
            deadline = time.monotonic() + kill_after
            while time.monotonic() < deadline and _is_running(pid):
                time.sleep(0.005)
            with suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        _until_the_group_is_gone(pid)
        return os.waitstatus_to_exitcode(status), log

    def _aftermath(
        self, name: str, died_after: float, died: bool, outside: Path | None = None
    ) -> Aftermath:
        old, new = self.known["B" if name == "A" else "A"], self.known[name]
        # A copy, since opening the file would already repair it.
        with tempfile.TemporaryDirectory(dir=outside or self.folder) as folder:
            for file in self.folder.glob("*.duckdb*"):
                if file.is_file():
                    shutil.copy(file, folder)
            copy = Path(folder, self.database.name)
            hashes = in_a_fork(lambda: table_hashes(copy))
        tables = {*old, *new}
        same = {table for table in self.same if hashes.get(table) == new.get(table)}
        is_new = {table for table in tables if hashes.get(table) == new.get(table)}
        is_old = {table for table in tables - is_new if hashes.get(table) == old.get(table)}
        return Aftermath(
            died_after,
            died,
            len(is_old - same),
            len(is_new - same),
            tuple(sorted(tables - is_new - is_old)),
            (*sorted(set(hashes) - tables), *self._leftovers(self.folder)),
        )

    def _leftovers(self, folder: Path) -> tuple[str, ...]:
        """Return the files beside the database that a finished run does not leave."""
        expected = {self.database.name, f"{self.database.name}.run.lock"}
        return tuple(
            sorted(
                file.name
                for file in folder.glob("*.duckdb*")
                if file.name not in expected and not (file.is_dir() and not any(file.iterdir()))
            )
        )


def table_hashes(path: Path) -> Hashes:
    """Return row count and a hash that no order of rows changes, of every table and view."""
    with duckdb.connect(path) as connection:
        names = connection.execute(
            "select table_schema || '.' || table_name from information_schema.tables "
            f"where table_schema in {SCHEMAS} "
            # When it landed is another each time.
            "and table_name <> 'landings' order by 1"
        ).fetchall()
        hashes = {}
        for (name,) in names:
            [hashes[name]] = connection.execute(
                f"select count(*), coalesce(sum(hash(t)), 0) from {name} as t"
            ).fetchall()
        return hashes


def in_a_fork(work: Callable[[], Result]) -> Result:
    """Return what ``work`` returns in a process of its own."""
    reading, writing = os.pipe()

    def answer() -> None:
        with os.fdopen(writing, "wb") as pipe:
            pickle.dump(work(), pipe)

    pid = _fork(answer)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        result = pipe.read()
    _, status = os.waitpid(pid, 0)
    assert status == 0, f"a fork ended with {status}"
    answered: Result = pickle.loads(result)
    return answered


def _fork(work: Callable[[], None]) -> int:
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        os.setsid()
        work()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def _is_running(pid: int) -> bool:
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None


def _until_the_group_is_gone(group: int) -> None:
    with suppress(ProcessLookupError):
        while True:
            os.killpg(group, 0)
            time.sleep(0.01)
