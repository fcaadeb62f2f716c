"""Measure the time and the peak memory of a block of code."""

from __future__ import annotations

import threading
import time
from types import TracebackType

EVERY_SECONDS = 0.02


class Meter:
    """A context manager that measures its ``with`` block.

    Attributes
    ----------
    seconds : float
        Duration of the block.
    peak_mb : float
        Largest increase of the process's resident memory in megabytes, sampled 50 times per second.
    """

    def __init__(self) -> None:
        self.seconds = 0.0
        self.peak_mb = 0.0

    def __enter__(self) -> Meter:
        import psutil

        self._process = psutil.Process()
        self._before = self._process.memory_info().rss
        self._done = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._started = time.perf_counter()
        self._watcher.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.seconds = time.perf_counter() - self._started
        self._done.set()
        self._watcher.join()
        self._look()

    def _watch(self) -> None:
        while not self._done.wait(EVERY_SECONDS):
            self._look()

    def _look(self) -> None:
        self.peak_mb = max(self.peak_mb, (self._process.memory_info().rss - self._before) / 1e6)
