"""The resident memory of a process and everything it started, sampled on a thread."""

import threading
import time
from collections.abc import Sequence
from typing import NamedTuple

import psutil

_PAUSE_SECONDS = 0.25


class Sample(NamedTuple):
    """Epoch seconds, and the sum of resident memory in MiB."""

    moment: float
    mb: float


class TreeMemory:
    """Samples from its making until ``stop``."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self._samples: list[Sample] = []
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._thread.start()

    def stop(self) -> list[Sample]:
        """End the sampling and return the samples."""
        self._stopped.set()
        self._thread.join()
        return self._samples

    def _sample(self) -> None:
        while not self._stopped.wait(_PAUSE_SECONDS):
            self._samples.append(Sample(time.time(), self._resident() / 2**20))

    def _resident(self) -> int:
        total = 0
        try:
            for process in (self._process, *self._process.children(recursive=True)):
                total += process.memory_info().rss
        except psutil.NoSuchProcess:
            pass
        return total


def peak(samples: Sequence[Sample], start: float, end: float) -> float:
    """Return the largest sample of a stretch of time in MiB; 0 where there is none."""
    return max((sample.mb for sample in samples if start <= sample.moment <= end), default=0.0)
