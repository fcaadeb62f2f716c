"""Where the parts of long work run: in this process, or in whatever else an `Engine` hands them to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol, TypeVar

Task = TypeVar("Task")
Done = TypeVar("Done")
Item = TypeVar("Item")


class Engine(Protocol):
    """Does the parts of a stage, and hands back what comes of them in their order.

    The functions it is given are those of the single process. They, their tasks and what they return must be
    picklable, and no array among them may be changed afterwards: where parts leave the process, a large one
    is sent once, however many parts need it.
    """

    def map(self, work: Callable[[Task], Done], tasks: Iterable[Task], *, threads: int = 1) -> Iterator[Done]:
        """Yield what `work` makes of each task, in their order; whoever stops listening ends the work.

        Parameters
        ----------
        work
            Does one task.
        tasks
            Some seconds of work each, at best.
        threads
            How many tasks this process does at once, if it does them.
        """
        ...

    def stream(
        self, work: Callable[[Sequence[Item]], Iterable[Done]], items: Sequence[Item], most: int
    ) -> Iterator[Done]:
        """Yield what `work` yields for the items, in their order: it may prepare some while it does others.

        Parameters
        ----------
        work
            Does items one after the other.
        items
            What to do.
        most
            Items in one part, if they are divided.
        """
        ...


@dataclass(frozen=True)
class ThisProcess:
    """Does everything here; nothing is pickled, and one task begins as another is taken."""

    def map(self, work: Callable[[Task], Done], tasks: Iterable[Task], *, threads: int = 1) -> Iterator[Done]:
        """Yield what `work` makes of each task, `threads` of them at once."""
        if threads < 2:
            yield from map(work, tasks)
            return
        pool = ThreadPoolExecutor(threads)
        try:
            yield from pool.map(work, tasks)
        finally:
            pool.shutdown(cancel_futures=True)

    def stream(
        self, work: Callable[[Sequence[Item]], Iterable[Done]], items: Sequence[Item], most: int
    ) -> Iterator[Done]:
        """Yield what `work` yields for all items."""
        return iter(work(items))


THIS_PROCESS = ThisProcess()
