"""The parts of a build as tasks of a Ray cluster.

https://docs.ray.io/en/latest/ray-core/tasks.html. Tasks run the functions of the single process. Ray starts a
task again whose worker was killed or whose machine was lost.
"""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain
from typing import Any

from core.common.engine import Done, Item, Task
from core.common.errors import CoreError
from core.serving.cluster.parcels import Packer, Parcel, Ref
from core.serving.cluster.ray_cluster import Cluster, clear_errors, connected, require_ray
from core.serving.cluster.worker import TRIES

AHEAD = 2
"""Tasks a worker has, the one it does included, so that it need not wait for the next."""


@contextlib.contextmanager
def ray_engine(cluster: Cluster | None = None) -> Iterator[RayEngine]:
    """Connect to a cluster, or start one, and yield the engine that uses it.

    Every machine must have what encoders are read from, at the same path. All else is sent.

    Raises
    ------
    CoreError
        Ray is not installed, nothing answers at the address, or the cluster has too few cores.
    """
    with connected(cluster or Cluster()) as workers:
        yield RayEngine(workers)


class RayEngine:
    """An `core.common.engine.Engine` whose tasks run on a Ray cluster, a core each.

    Parameters
    ----------
    workers
        Tasks at once.
    """

    def __init__(self, workers: int) -> None:
        ray = require_ray()
        self._ray = ray
        self._workers = workers
        self._packer = Packer(ray.put)
        self._do = ray.remote(num_cpus=1, max_retries=TRIES - 1)(do)

    def map(self, work: Callable[[Task], Done], tasks: Iterable[Task], *, threads: int = 1) -> Iterator[Done]:
        """Yield what `work` makes of each task, in their order.

        Raises
        ------
        CoreError
            As `work` raises it, or `TRIES` workers died at a task.
        """
        shared = self._ray.put(self._packer.pack(work))
        waiting: deque[Ref] = deque()
        try:
            for task in tasks:
                waiting.append(self._do.remote([shared], self._packer.pack(task)))
                if len(waiting) >= AHEAD * self._workers:
                    yield self._result(waiting.popleft())
            while waiting:
                yield self._result(waiting.popleft())
        finally:
            for each in waiting:
                self._ray.cancel(each, force=True)

    def stream(
        self, work: Callable[[Sequence[Item]], Iterable[Done]], items: Sequence[Item], most: int
    ) -> Iterator[Done]:
        """Yield what `work` yields for the items, divided into parts of `most` at most."""
        parts = (items[at : at + most] for at in range(0, len(items), most))
        return chain.from_iterable(self.map(partial(_listed, work), parts))

    def _result(self, waiting: Ref) -> Any:
        errors = self._ray.exceptions
        try:
            with clear_errors():
                return self._ray.get(waiting)
        except (errors.WorkerCrashedError, errors.NodeDiedError, errors.OutOfMemoryError) as error:
            raise CoreError(
                f"{TRIES} workers died, one after the other, at the same task: not enough memory (try fewer "
                "--workers), or a product that crashes the encoder"
            ) from error


def _listed(work: Callable[[Sequence[Item]], Iterable[Done]], items: Sequence[Item]) -> list[Done]:
    return list(work(items))


_opened: dict[Ref, Any] = {}


def do(shared: Sequence[Ref], task: Parcel) -> Any:
    """Do a task in a worker, which keeps the last work that it was sent, with its encoder and its arrays."""
    import ray

    (ref,) = shared
    if ref not in _opened:
        _opened.clear()
        _opened[ref] = ray.get(ref).opened(ray.get)
    return _opened[ref](task.opened(ray.get))
