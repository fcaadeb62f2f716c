"""A queue that limits requests per host: how many at a time, how often, and back-off after failures."""

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

LONGEST_WAIT = 300.0  # seconds; a host that asks for a longer wait is skipped
_LONGEST_REST = 60.0  # seconds between tries if the server asks for no specific wait
_ROUNDS = 6  # a host is skipped after this many failures per concurrent request, in a row


@dataclass
class _Host(Generic[Item]):
    waiting: list[tuple[float, int, Item]] = field(default_factory=list)  # a heap of (due time, order, item)
    active: int = 0
    free_at: float = 0.0
    failures: int = 0  # in a row
    closed: str = ""  # why it is skipped


class HostQueue(Generic[Item]):
    """A queue of items for several threads; each item belongs to a host.

    Call `done` after every item that `take` returns; to retry an item, `put` it before calling `done`. Items
    of a skipped host are returned without delay, so that they can be reported.

    Parameters
    ----------
    per_host : int
        Items of one host that may be in progress at a time.
    pause : float
        Seconds between two items of one host.
    rest : float
        Seconds to wait after the first failure, doubled with each further one.
    clock : callable
        Returns monotonic seconds.
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
        """Add an item that may be taken after `delay` seconds; items without a delay come first."""
        with self._changed:
            due = self._clock() + delay if delay else 0.0
            entry = (due, next(self._order), item)
            heapq.heappush(self._hosts.setdefault(host, _Host()).waiting, entry)
            self._open += 1
            self._changed.notify()

    def take(self) -> Item | None:
        """Wait for an item whose host is free and return it; None when all work is done."""
        with self._changed:
            while self._open and not self._stopped:
                now, soonest = self._clock(), math.inf
                for name, host in self._hosts.items():
                    ready = self._ready_at(host)
                    if ready <= now:
                        return self._start(name, host, now)
                    soonest = min(soonest, ready)
                self._changed.wait(None if soonest == math.inf else soonest - now)
        return None

    def done(self, host: str) -> None:
        """Mark one taken item of `host` as finished."""
        with self._changed:
            self._hosts[host].active -= 1
            self._open -= 1
            self._changed.notify_all()

    def answered(self, host: str) -> None:
        """Record a response from `host`, which resets its failure count."""
        with self._changed:
            self._hosts[host].failures = 0

    def failed(self, host: str, reason: str, wait: float | None = None) -> None:
        """Record a failure of `host`; delay its next request, or skip the host for the rest of the run.

        Parameters
        ----------
        host, reason : str
        wait : float or None
            Seconds that the host asks to wait.
        """
        with self._changed:
            state = self._hosts[host]
            state.failures += 1
            rounds = state.failures // self._per_host
            if wait is not None and wait > LONGEST_WAIT:
                state.closed = f"host skipped: {reason}, asks to wait {wait:.0f} s"
            elif rounds >= _ROUNDS:
                state.closed = f"host skipped: {reason}, {state.failures} failures in a row"
            else:
                rest = wait if wait is not None else self.rest(max(0, rounds - 1))
                state.free_at = max(state.free_at, self._clock() + rest)
            self._changed.notify_all()

    def close(self, host: str, reason: str) -> None:
        """Skip `host` for the rest of the run."""
        with self._changed:
            self._hosts[host].closed = reason
            self._changed.notify_all()

    def closed(self, host: str) -> str:
        """Return why a host is skipped, or "" if it is not."""
        with self._changed:
            return self._hosts[host].closed

    def stop(self) -> None:
        """Let every `take` return None from now on."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def rest(self, failures: int) -> float:
        """Return the seconds to wait after some failures.

        Exponential back-off with jitter, so that requests that failed together are not retried together
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

    def _start(self, name: str, host: _Host[Item], now: float) -> Item:
        _, _, item = heapq.heappop(host.waiting)
        host.active += 1
        host.free_at = max(host.free_at, now + self._pause)
        self._hosts[name] = self._hosts.pop(name)  # move to the end: the other hosts come first
        return item
