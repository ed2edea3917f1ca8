"""Programs, such as a notebook, that hold the database or the run lock until they are killed."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_OPEN = """
import duckdb, sys, time
connection = duckdb.connect(sys.argv[1], read_only=sys.argv[2] == "reading")
print("held", flush=True)
time.sleep(float(sys.argv[3]))
"""
_RUN = """
import sys, time
from pathlib import Path
from analytics_assets.lib.warehouse.run_lock import run_lock
from analytics_assets.lib.warehouse.waiting import Patience
with run_lock(Path(sys.argv[1]), "run 1a2b3c4d of daily_refresh", Patience(60)):
    print("held", flush=True)
    time.sleep(float(sys.argv[3]))
"""


@contextmanager
def program(database: Path, purpose: str, seconds: float = 600) -> Iterator[subprocess.Popen[str]]:
    """Hold the file for ``reading`` or ``writing``, or hold the ``run`` lock, in a process."""
    script = _RUN if purpose == "run" else _OPEN
    command = [sys.executable, "-c", script, str(database), purpose, str(seconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()
