"""Do parts of a search side by side: NumPy leaves Python's lock while it multiplies and sorts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from core.onnx.sessions import threads

# While one part is multiplied, others are sorted; more threads would only take memory.
MOST_THREADS = 4

Part = TypeVar("Part")
Done = TypeVar("Done")


def in_threads(work: Callable[[Part], Done], parts: Sequence[Part]) -> Iterator[Done]:
    """Yield what `work` makes of each part, in their order; whoever stops listening ends the work."""
    pool = ThreadPoolExecutor(max(1, min(threads(), MOST_THREADS, len(parts))))
    try:
        yield from pool.map(work, parts)
    finally:
        pool.shutdown(cancel_futures=True)
