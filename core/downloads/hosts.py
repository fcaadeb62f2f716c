"""Whose turn it is: a few requests at a time to each host, a pause between them, rest after trouble."""

from __future__ import annotations

import heapq
import itertools
import math
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Item = TypeVar("Item")

LONGEST_WAIT = 300.0  # seconds a server may ask us to wait; longer means another day
_LONGEST_REST = 60.0  # seconds between two tries when the server names no time
_ROUNDS = 6  # of failing requests, as many as run at once, until a host is given up


@dataclass
class _Host(Generic[Item]):
    waiting: list[tuple[float, int, Item]] = field(default_factory=list)  # a heap: not before, order, item
    active: int = 0
    free_at: float = 0.0
    failures: int = 0  # in a row
    closed: str = ""  # why it is given up


class HostQueue(Generic[Item]):
    """Items to be worked on by several threads, each item belonging to a host.

    Every item that `take` hands out must be given back with `done`; put it in again before that to try it
    again. Items of a host that is given up are handed out at once, so that they can be accounted for.

    Parameters
    ----------
    per_host : int
        Items of one host handed out at a time.
    pause : float
        Seconds between two items of one host.
    rest : float
        Seconds to wait after a first failure, doubled with each further one.
    clock : callable
        Seconds, ever growing.
    """

    def __init__(
        self, per_host: int, pause: float, rest: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._per_host = per_host
        self._pause = pause
        self._rest = rest
        self._clock = clock
        self._hosts: dict[str, _Host[Item]] = {}
        self._order = itertools.count()
        self._open = 0
        self._stopped = False
        self._changed = threading.Condition()

    def put(self, host: str, item: Item, delay: float = 0.0) -> None:
        """Add an item that may be taken in `delay` seconds; items due at once go first."""
        with self._changed:
            due = self._clock() + delay if delay else 0.0
            entry = (due, next(self._order), item)
            heapq.heappush(self._hosts.setdefault(host, _Host()).waiting, entry)
            self._open += 1
            self._changed.notify()

    def take(self) -> Item | None:
        """Wait for an item whose host is free and return it, None when there is no more to do."""
        with self._changed:
            while self._open and not self._stopped:
                now, soonest = self._clock(), math.inf
                for name, host in self._hosts.items():
                    ready = self._ready_at(host)
                    if ready <= now:
                        return self._hand_out(name, host, now)
                    soonest = min(soonest, ready)
                self._changed.wait(None if soonest == math.inf else soonest - now)
        return None

    def done(self, host: str) -> None:
        """Give an item of `host` back."""
        with self._changed:
            self._hosts[host].active -= 1
            self._open -= 1
            self._changed.notify_all()

    def answered(self, host: str) -> None:
        """Note that `host` is well."""
        with self._changed:
            self._hosts[host].failures = 0

    def failed(self, host: str, reason: str, wait: float | None = None) -> None:
        """Note that `host` is not well, and leave it alone for a while, or for good.

        Parameters
        ----------
        host, reason : str
        wait : float or None
            Seconds it asked for.
        """
        with self._changed:
            state = self._hosts[host]
            state.failures += 1
            rounds = state.failures // self._per_host
            if wait is not None and wait > LONGEST_WAIT:
                state.closed = f"host given up: {reason}, asks to wait {wait:.0f} s"
            elif rounds >= _ROUNDS:
                state.closed = f"host given up: {reason}, {state.failures} times in a row"
            else:
                rest = wait if wait is not None else self.rest(max(0, rounds - 1))
                state.free_at = max(state.free_at, self._clock() + rest)
            self._changed.notify_all()

    def close(self, host: str, reason: str) -> None:
        """Give a host up."""
        with self._changed:
            self._hosts[host].closed = reason
            self._changed.notify_all()

    def closed(self, host: str) -> str:
        """Return why a host is given up, "" while it is not."""
        with self._changed:
            return self._hosts[host].closed

    def stop(self) -> None:
        """Hand out nothing more."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def rest(self, failures: int) -> float:
        """Return the seconds to wait after some failures: doubling, and never twice the same.

        Exponential back-off with jitter, so that those who failed together do not come back together
        (Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
        """
        longest = min(_LONGEST_REST, self._rest * 2.0 ** min(failures, 30))
        return longest * random.uniform(0.5, 1.0)

    def _ready_at(self, host: _Host[Item]) -> float:
        if not host.waiting:
            return math.inf
        if host.closed:
            return 0.0
        if host.active >= self._per_host:
            return math.inf
        return max(host.free_at, host.waiting[0][0])

    def _hand_out(self, name: str, host: _Host[Item], now: float) -> Item:
        _, _, item = heapq.heappop(host.waiting)
        host.active += 1
        host.free_at = max(host.free_at, now + self._pause)
        self._hosts[name] = self._hosts.pop(name)  # to the end: the others have their turn first
        return item
