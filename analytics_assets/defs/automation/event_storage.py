"""Dagster's own SQLite event log, over connections that stay open.

Dagster opens and closes the only connection of a file for every event, at which SQLite writes back
and deletes the file's log each time: a third of the time of a run of all checks.
"""

import os
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dagster as dg
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.pool import StaticPool

# The index of all runs, and the files of the runs that are looked at.
MOST_OPEN_FILES = 8


class OpenSqliteEventLogStorage(SqliteEventLogStorage):
    """The event log in ``history/runs`` of the instance's folder, where Dagster's own would be.

    dagster.yaml names it. The files are Dagster's: leave it out there, and the runs stay known.
    """

    def __init__(self, inst_data: ConfigurableClassData | None = None) -> None:
        """Wait for the instance, which knows the folder."""
        self._inst_data = inst_data
        self._open: OrderedDict[str, tuple[int, Engine]] = OrderedDict()

    def register_instance(self, instance: dg.DagsterInstance) -> None:
        """Open the folder."""
        super().__init__(str(Path(instance.root_directory) / "history" / "runs"), self._inst_data)
        super().register_instance(instance)

    @classmethod
    def config_type(cls) -> dict[str, Any]:
        """Return that dagster.yaml gives it no settings."""
        return {}

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> "OpenSqliteEventLogStorage":
        """Return the event log as dagster.yaml names it."""
        return cls(inst_data)

    def dispose(self) -> None:
        """Close every file."""
        with self._db_lock:
            while self._open:
                self._close_oldest()
        super().dispose()

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        if not os.path.exists(self.path_for_shard(shard)):
            self._initialized_dbs.discard(shard)  # wiped, here or by another process
        if shard not in self._initialized_dbs:
            with super()._connect(shard):
                pass
        with self._db_lock, self._engine(shard).connect() as connection, connection.begin():
            yield connection

    def _engine(self, shard: str) -> Engine:
        """Return the one connection of a file that is there; it may have been made anew since."""
        number, engine = self._open.pop(shard, (None, None))
        file = os.stat(self.path_for_shard(shard)).st_ino
        if engine is None or number != file:
            if engine:
                engine.dispose()
            engine = create_engine(
                self.conn_string_for_shard(shard),
                poolclass=StaticPool,
                # One thread at a time has the lock.
                connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
            )
        self._open[shard] = file, engine
        if len(self._open) > MOST_OPEN_FILES:
            self._close_oldest()
        return engine

    def _close_oldest(self) -> None:
        _, (_, engine) = self._open.popitem(last=False)
        engine.dispose()
