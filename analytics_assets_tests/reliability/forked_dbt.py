"""dbt as a fork of the run that starts it: the same process tree without dbt's seconds of imports.

At the statement that the environment names it kills its process group, which is the run's.
"""

import gc
import os
import re
import subprocess
import sys
import traceback
from types import SimpleNamespace
from typing import Any

import dagster_dbt.core.dbt_cli_invocation as invocation
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.adapters.duckdb.environments.local import DuckDBCursorWrapper
from dbt.cli.main import cli
from kill_points import DBT_POINT, kill_process_group


def fork_dbt() -> None:
    """Let dagster-dbt fork this process instead of starting dbt's command."""
    invocation.subprocess = SimpleNamespace(**{**vars(subprocess), "Popen": ForkedDbt})


def start_dbt() -> None:
    """Let dagster-dbt start dbt's command again, which then shares nothing with its parent."""
    invocation.subprocess = subprocess


class ForkedDbt(subprocess.Popen):  # type: ignore[type-arg]
    """A Popen of dbt's command line whose child is a fork."""

    def _execute_child(self, args: Any, *rest: Any) -> None:
        names = ["executable", "preexec_fn", "close_fds", "pass_fds", "cwd", "env"]
        given = dict(zip(names, rest, strict=False))
        # The five before: startupinfo, creationflags, shell, and the ends of stdin.
        c2pwrite = rest[len(names) + 6]
        self.pid = os.fork()
        if self.pid == 0:
            _be_dbt(args[1:], given["env"], given["cwd"], c2pwrite)
        self._child_created = True
        os.close(c2pwrite)


def _be_dbt(arguments: list[str], env: dict[str, str], folder: Any, output: int) -> None:
    code = 2
    try:
        os.dup2(output, 1)
        os.dup2(output, 2)
        sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w")
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(env)
        if DBT_POINT in env:
            _arm_statements(*env[DBT_POINT].split(" ", 1))
        cli(arguments)
    except SystemExit as end:
        code = int(end.code or 0)
    except BaseException:
        traceback.print_exc()
    finally:
        # What dbt does at its interpreter's exit: it closes the database.
        DuckDBConnectionManager.close_all_connections()
        gc.collect()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _arm_statements(when: str, pattern: str) -> None:
    real = DuckDBCursorWrapper.execute

    def execute(self: Any, sql: str, bindings: Any = None) -> Any:
        hit = re.search(pattern, sql, re.IGNORECASE | re.DOTALL)
        if hit and when == "before":
            kill_process_group()
        result = real(self, sql, bindings)
        if hit:
            kill_process_group()
        return result

    DuckDBCursorWrapper.execute = execute
