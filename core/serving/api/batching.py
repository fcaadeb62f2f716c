"""Requests that arrive together are answered together.

Nobody waits for others to come: the first request is answered at once, and those that come meanwhile are the
next batch. So a request waits for no more than the batches before it, each of a bounded size.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from core.common.errors import CoreError

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")

MOST = 16
"""Products in one batch."""
MOST_WAITING = 512
"""Products that wait to be answered."""


class Busy(CoreError):
    """More is waiting than can be answered soon."""


class Batcher(Generic[Asked, Answer]):
    """Hands questions that come from several tasks of an event loop to a function, several at once.

    Parameters
    ----------
    answer
        Answers some questions, in their order; it is called in a thread, never twice at a time.
    most
        How many questions it is given at once.
    most_waiting
        How many may wait.
    """

    def __init__(
        self,
        answer: Callable[[Sequence[Asked]], list[Answer]],
        most: int = MOST,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        self._answer = answer
        self._most = most
        self._most_waiting = most_waiting
        self._waiting: deque[tuple[Asked, asyncio.Future[Answer]]] = deque()
        self._work: asyncio.Task[None] | None = None

    @property
    def waiting(self) -> int:
        """How many questions wait."""
        return len(self._waiting)

    async def ask(self, questions: Sequence[Asked]) -> list[Answer]:
        """Return the answers to some questions.

        Raises
        ------
        Busy
            Too many wait already.
        """
        if self._waiting and len(self._waiting) + len(questions) > self._most_waiting:
            raise Busy("too many products are waiting to be answered; try again in a moment")
        loop = asyncio.get_running_loop()
        futures: list[asyncio.Future[Answer]] = [loop.create_future() for _ in questions]
        self._waiting.extend(zip(questions, futures, strict=True))
        # A loop that ended may have left its task behind.
        if self._work is None or self._work.done() or self._work.get_loop() is not loop:
            self._work = loop.create_task(self._answer_all())
        await asyncio.wait(futures)
        return [future.result() for future in futures]

    async def _answer_all(self) -> None:
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(self._most, len(self._waiting)))]
            futures = [future for _, future in batch]
            try:
                answers = await asyncio.to_thread(self._answer, [question for question, _ in batch])
            except Exception as error:  # it is raised again where the questions were asked
                for future in futures:
                    if not future.done():
                        future.set_exception(error)
                continue
            for future, answer in zip(futures, answers, strict=True):
                if not future.done():
                    future.set_result(answer)
