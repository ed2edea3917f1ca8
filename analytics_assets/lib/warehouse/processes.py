"""Processes in words: which program, which PID, since when."""

import datetime
from collections.abc import Sequence
from pathlib import Path

import psutil


def described(pid: int) -> str:
    """Return, say, ``python notebook.py (PID 123, running since 2026-11-23 10:02:11)``.

    The time is local. Of the command line only the program and its script or module are shown,
    since the rest may hold secrets. A process that is gone, or of another container, is only
    ``PID 123``.
    """
    try:
        process = psutil.Process(pid)
        name = program(process.cmdline()) or process.name()
        started = process.create_time()
    except psutil.Error:
        return f"PID {pid}"
    return f"{name} (PID {pid}, running since {moment(started)})"


def program(arguments: Sequence[str]) -> str:
    """Return the program of a command line with its script, or ``-m`` and its module.

    >>> program(["/usr/bin/python3", "/home/me/notebook.py", "--password", "secret"])
    'python3 notebook.py'
    >>> program(["python3", "-m", "analytics_assets.command.demo"])
    'python3 -m analytics_assets.command.demo'
    """
    if not arguments:
        return ""
    words = [Path(arguments[0]).name]
    rest = arguments[1:]
    if rest[:1] == ["-m"]:
        words += rest[:2]
    elif rest and not rest[0].startswith("-"):
        words.append(Path(rest[0]).name)
    return " ".join(words)


def is_alive(pid: int, since: float) -> bool:
    """Return whether the process that had this PID at ``since`` (epoch seconds) still runs."""
    try:
        process = psutil.Process(pid)
        # The kernel's and the clock's seconds may differ by a tick.
        same = process.create_time() <= since + 1
        return same and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def moment(seconds: float) -> str:
    """Return epoch seconds as local date and time."""
    return datetime.datetime.fromtimestamp(seconds).astimezone().strftime("%Y-%m-%d %H:%M:%S")
