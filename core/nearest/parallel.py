"""Do parts of a search side by side: NumPy leaves Python's lock while it multiplies and sorts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from core.common.engine import THIS_PROCESS
from core.onnx.sessions import threads

Part = TypeVar("Part")
Done = TypeVar("Done")


def in_threads(
    work: Callable[[Part], Done], parts: Sequence[Part], most: int | None = None
) -> Iterator[Done]:
    """Yield what `work` makes of each part, in their order; whoever stops listening ends the work.

    As many threads as there are cores work, or `most`.
    """
    return THIS_PROCESS.map(work, parts, threads=threads_for(parts, most))


def threads_for(parts: Sequence[Part], most: int | None = None) -> int:
    """Return how many threads do some parts: one per core, or `most`."""
    return max(1, min(threads(), len(parts), most or len(parts)))
