"""Runs one method in a process of its own; its CPU, wall and memory, or why there are none."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Limits:
    """What a method may use before it is stopped."""

    cpu_seconds: float
    wall_seconds: float
    memory_mb: int


def measure(module: str, database: Path, limits: Limits) -> dict[str, Any]:
    """Return the figures of ``module``'s ``run(database)``, or ``{"failed": reason}``.

    cpu_seconds and wall_seconds are those of ``run`` alone, user and system time, all threads;
    startup_seconds is the CPU before it (imports, compilation); peak_mb is the largest resident
    memory of the whole process, or of one that it started.

    The caller must be small: Linux counts the memory of the process that starts another one as
    the first peak of that one.
    """
    with tempfile.TemporaryDirectory() as folder:
        figures = Path(folder) / "figures.json"
        output = Path(folder) / "output.txt"
        with output.open("w") as stream:
            process = subprocess.Popen(
                [sys.executable, HERE / "child.py", module, database, figures],
                stdout=stream,
                stderr=subprocess.STDOUT,
                env=os.environ | {"PYTHONPATH": f"{HERE.parent}{os.pathsep}{HERE}"},
                start_new_session=True,
            )
            exceeded = _watch(process, limits)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        if exceeded:
            return {"failed": exceeded}
        if process.returncode:
            last_line = (output.read_text().strip().splitlines() or ["no message"])[-1]
            return {"failed": f"ended with {process.returncode}: {last_line[:200]}"}
        return json.loads(figures.read_text()) | {"peak_mb": round(usage.ru_maxrss / 1024)}


def _watch(process: subprocess.Popen[bytes], limits: Limits) -> str | None:
    """Wait until the process has ended or used too much; end it then and say what it was."""
    started = time.monotonic()
    watched = psutil.Process(process.pid)
    while True:
        with watched.oneshot():
            if watched.status() == psutil.STATUS_ZOMBIE:
                return None
            times = watched.cpu_times()
            memory_mb = watched.memory_info().rss / 2**20
        exceeded = None
        if times.user + times.system > limits.cpu_seconds:
            exceeded = f"did not finish in {limits.cpu_seconds:g} CPU s"
        elif time.monotonic() - started > limits.wall_seconds:
            exceeded = f"did not finish in {limits.wall_seconds:g} s of wall time"
        elif memory_mb > limits.memory_mb:
            exceeded = f"needs more than {limits.memory_mb / 1024:g} GiB"
        if exceeded:
            os.killpg(process.pid, signal.SIGKILL)
            return exceeded
        time.sleep(0.05)
