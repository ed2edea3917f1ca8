"""Waiting for what another process holds, aloud: which program, since when, how long it will take.

It knows neither files nor engines; what is waited for says itself who holds it.
"""

import datetime
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import psutil

from analytics_assets.errors import AnalyticsError

_PAUSE_SECONDS = 0.2
_REPORT_EVERY_SECONDS = 10.0

Taken = TypeVar("Taken")


class HeldError(AnalyticsError):
    """Somebody else holds it; the message says what, who and since when."""


@dataclass(frozen=True)
class Patience:
    """How long to wait, and where to say so.

    Attributes:
        seconds: after this long it is an error; 0 tries once.
        report: hears at once, and every ten seconds, that somebody waits and for whom.
    """

    seconds: float
    report: Callable[[str], None] = logging.getLogger(__name__).warning


def wait_for(take: Callable[[], Taken], patience: Patience, advice: str) -> Taken:
    """Return what ``take`` returns, trying again while it raises HeldError.

    Args:
        take: tries once, without waiting.
        patience: how long to try, and where to say so.
        advice: what the reader of the error can do about it; it ends the message.

    Raises:
        HeldError: it is still held after ``patience.seconds``.
    """
    started = time.monotonic()
    next_report = 0.0
    while True:
        try:
            return take()
        except HeldError as held:
            waited = time.monotonic() - started
            if waited >= patience.seconds:
                raise HeldError(f"{held}. Waited {waited:.0f} s. {advice}") from None
            if waited >= next_report:
                patience.report(
                    f"waiting: {held}. Waited {waited:.0f} s, will wait {patience.seconds:.0f} s "
                    "in all"
                )
                next_report = waited + _REPORT_EVERY_SECONDS
        time.sleep(_PAUSE_SECONDS)


def described(pid: int) -> str:
    """Return, say, ``python notebook.py (PID 123, running since 2026-11-23 10:02:11)``.

    The time is local. Of the command line only the program and its script or module are named,
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


def moment(seconds: float) -> str:
    """Return epoch seconds as local date and time."""
    return datetime.datetime.fromtimestamp(seconds).astimezone().strftime("%Y-%m-%d %H:%M:%S")
