"""Progress reports of long work: a callable, silent by default, with a bar for the terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Never

if TYPE_CHECKING:
    from tqdm import tqdm

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


def bar() -> TerminalBar:
    """Return a fresh progress bar for the terminal."""
    return TerminalBar()
