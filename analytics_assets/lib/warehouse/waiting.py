"""Waiting for what another process holds, aloud: who holds it, since when, how long it will take.

It knows neither files nor engines; what is waited for says itself who holds it.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from analytics_assets.errors import AnalyticsError

_PAUSE_SECONDS = 0.2
_REPORT_EVERY_SECONDS = 10.0

Taken = TypeVar("Taken")


class HeldError(AnalyticsError):
    """Somebody else holds it; the message says what, who and since when."""


@dataclass(frozen=True)
class Patience:
    """How long to wait, and whom to tell.

    Attributes:
        seconds: after this long it is an error; 0 tries once.
        report: is told at once, and every ten seconds, that somebody waits and for whom.
    """

    seconds: float
    report: Callable[[str], None] = logging.getLogger(__name__).warning


def wait_for(take: Callable[[], Taken], patience: Patience, advice: str) -> Taken:
    """Return what ``take`` returns, trying again while it raises HeldError.

    Args:
        take: tries once, without waiting.
        patience: how long to try, and whom to tell.
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
                raise HeldError(f"{held}. Waited {waited:.0f} s; {advice}.") from None
            if waited >= next_report:
                patience.report(
                    f"waiting: {held}. Waited {waited:.0f} s, will wait {patience.seconds:.0f} s "
                    "in all"
                )
                next_report = waited + _REPORT_EVERY_SECONDS
        time.sleep(_PAUSE_SECONDS)
