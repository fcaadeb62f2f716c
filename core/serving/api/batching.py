"""Requests that arrive together are answered together.

Nobody waits for others to come: the first request is answered at once, and those that come meanwhile are the
next batch. So a request waits for no more than the batches before it, each of a bounded size.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
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
    """Hands questions that come from several tasks to a function, several at once.

    Parameters
    ----------
    answer
        Answers some questions, in their order; it is called in a thread of its own, never twice at a time.
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
        self._waiting: deque[tuple[Asked, Future[Answer]]] = deque()
        self._working = False
        self._lock = threading.Lock()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="answers")

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
        futures = [asyncio.wrap_future(future) for future in self._put(questions)]
        found = await asyncio.gather(*futures, return_exceptions=True)
        answers: list[Answer] = []
        for each in found:
            if isinstance(each, BaseException):
                raise each
            answers.append(each)
        return answers

    def _put(self, questions: Sequence[Asked]) -> list[Future[Answer]]:
        with self._lock:
            if self._waiting and len(self._waiting) + len(questions) > self._most_waiting:
                raise Busy("too many products are waiting to be answered; try again in a moment")
            futures: list[Future[Answer]] = [Future() for _ in questions]
            self._waiting.extend(zip(questions, futures, strict=True))
            if not self._working:
                self._working = True
                self._thread.submit(self._answer_all)
        return futures

    def _answer_all(self) -> None:
        while batch := self._next():
            futures = [future for _, future in batch]
            try:
                answers = self._answer([question for question, _ in batch])
            except Exception as error:  # it is raised again where the questions were asked
                for future in futures:
                    future.set_exception(error)
                continue
            for future, answer in zip(futures, answers, strict=True):
                future.set_result(answer)

    def _next(self) -> list[tuple[Asked, Future[Answer]]]:
        """Return the next batch, without those whom nobody waits for any more."""
        with self._lock:
            batch: list[tuple[Asked, Future[Answer]]] = []
            while self._waiting and len(batch) < self._most:
                question, future = self._waiting.popleft()
                if future.set_running_or_notify_cancel():
                    batch.append((question, future))
            self._working = bool(batch)
        return batch
