"""Run matrix products on one thread."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def one_thread() -> Iterator[None]:
    """Run matrix products on one thread: they are small, and threads that wait cost more than they gain.

    On a busy machine with two cores it took six to ten times the processor time.
    """
    # A library that is loaded only later would keep its threads.
    from sklearn import cluster, linear_model  # noqa: F401
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        yield
