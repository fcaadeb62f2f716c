"""Progress reports of long work: a callable, silent by default, with a bar for the terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Never

if TYPE_CHECKING:
    from tqdm import tqdm

_EVERY = 60.0
"""Seconds between two lines of a log."""

Progress = Callable[[str, int, int], None]
"""Called as ``progress(stage, done, total)``; ``done == total`` ends the stage."""


def silent(stage: str, done: int, total: int) -> None:
    """Report nothing."""


class TerminalBar:
    """Shows a tqdm bar per stage on standard error; finished bars stay visible."""

    def __init__(self) -> None:
        self._stage = ""
        self._bar: tqdm[Never] | None = None

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show `done` of `total` units of `stage`."""
        from tqdm import tqdm

        if stage != self._stage or self._bar is None:
            self.close()
            self._stage = stage
            self._bar = tqdm(total=total, desc=stage, file=sys.stderr, mininterval=0.5, ncols=90, leave=True)
        self._bar.total = total
        self._bar.update(done - self._bar.n)
        if done >= total:
            self.close()

    def close(self) -> None:
        """End the running bar, if any."""
        if self._bar is not None:
            self._bar.close()
        self._bar = None
        self._stage = ""


class LogLines:
    """Writes to standard error where that is no terminal: a line a minute, and one for the end of a stage."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._stage = ""
        self._begun = self._said = 0.0

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Write where the stage is if a minute has passed, or it ends."""
        now = self._clock()
        if stage != self._stage:
            self._stage, self._begun, self._said = stage, now, now
        if done >= total:
            print(f"{stage}: {done} in {now - self._begun:.0f} s", file=sys.stderr, flush=True)
            self._stage = ""
        elif now - self._said >= _EVERY:
            self._said = now
            print(f"{stage}: {done} of {total}", file=sys.stderr, flush=True)

    def close(self) -> None:
        """Begin anew."""
        self._stage = ""


def bar() -> TerminalBar | LogLines:
    """Return a fresh progress bar for the terminal; lines now and then where there is none."""
    return TerminalBar() if sys.stderr.isatty() else LogLines()
