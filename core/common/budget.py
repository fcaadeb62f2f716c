"""Memory that several threads share for work that takes a lot of it: who does not fit waits."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Budget:
    """Lets work begin as long as all that is under way fits together; what never fits runs alone.

    Work must not spend from the same budget again while it runs.

    Parameters
    ----------
    capacity
        In bytes.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._spent = 0
        self._free = threading.Condition()

    @contextmanager
    def spend(self, cost: int) -> Iterator[None]:
        """Wait until there is room for `cost` bytes, and take it for the ``with`` block."""
        with self._free:
            self._free.wait_for(lambda: not self._spent or self._spent + cost <= self._capacity)
            self._spent += cost
        try:
            yield
        finally:
            with self._free:
                self._spent -= cost
                self._free.notify_all()
