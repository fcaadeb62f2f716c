"""Progress reports of long work: a callable, silent by default, with a bar for the terminal."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Never

from core.common.files import atomic_path

if TYPE_CHECKING:
    from tqdm import tqdm

_EVERY = 60.0
"""Seconds between two lines of a log."""

_BETWEEN = 0.3
"""Seconds between two states in a file of progress."""

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


FILE = "PRODUCT_LENS_PROGRESS"
"""Names the setting with the file that progress is written to, where another process watches it."""


class ProgressFile:
    """Writes progress to a file that another process reads with :func:`read_progress`.

    Each stage and its end are written, and in between a state now and then.
    """

    def __init__(self, file: Path, clock: Callable[[], float] = time.time) -> None:
        self._file = file
        self._clock = clock
        self._stage = ""
        self._begun = self._said = 0.0

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Write where the stage is."""
        now = self._clock()
        if stage != self._stage:
            self._stage, self._begun = stage, now
        elif done < total and now - self._said < _BETWEEN:
            return
        self._said = now
        with atomic_path(self._file) as temporary:
            temporary.write_text(json.dumps([stage, done, total, self._begun]), encoding="utf-8")

    def close(self) -> None:
        """Begin anew."""
        self._stage = ""


def read_progress(file: Path) -> tuple[str, int, int, float] | None:
    """Return the stage in a file of progress, done, total, and when it began; None where there is none."""
    try:
        stage, done, total, begun = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return stage, done, total, begun


def bar() -> TerminalBar | LogLines | ProgressFile:
    """Return what shows progress: a bar on a terminal, a file for who watches, else lines now and then."""
    if file := os.environ.get(FILE):
        return ProgressFile(Path(file))
    return TerminalBar() if sys.stderr.isatty() else LogLines()
