"""A dbt-duckdb plugin: dbt waits for its turn at the DuckDB file as every other writer does.

A dbt that a run started works under that run's lock; a person's dbt takes the lock for itself, so
that it cannot mix its tables with a run's. Either then waits for whatever else holds the file and
names it, where dbt by itself would only repeat DuckDB's words.
"""

import atexit
import sys
from pathlib import Path
from typing import Any

from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt.adapters.duckdb.plugins import BasePlugin

from analytics_assets.lib.warehouse.duckdb_file import memory_limit, open_file
from analytics_assets.lib.warehouse.run_lock import is_held_for_us, run_lock
from analytics_assets.lib.warehouse.waiting import Patience

_RUN_WAIT_SECONDS = 1800.0
_FILE_WAIT_SECONDS = 60.0


class Plugin(BasePlugin):
    """What dbt-duckdb looks for in a plugin's module."""

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Take the turn before dbt opens the file; it ends with the process."""
        if self.creds is None or self.creds.path == ":memory:":
            return
        database = Path(self.creds.path).absolute()
        if not is_held_for_us(database):
            turn = run_lock(database, "dbt", Patience(_RUN_WAIT_SECONDS, _say))
            turn.__enter__()
            atexit.register(turn.__exit__, None, None, None)
        open_file(database, Patience(_FILE_WAIT_SECONDS, _say)).close()

    def update_connection_config(self, creds: DuckDBCredentials, config: dict[str, Any]) -> None:
        """Let dbt use as much memory as the run does."""
        config.setdefault("memory_limit", memory_limit())


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()
