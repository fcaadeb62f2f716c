"""An engine that sends everything as to a cluster, and does it in this process."""

from functools import partial

from core.serving.cluster.parcels import Packer


class Sending:
    """Work, tasks and answers are packed and opened; arrays that were sent cannot be written to."""

    def __init__(self) -> None:
        self.sent = []
        self.works = set()
        self._packer = Packer(self._put)

    def map(self, work, tasks, *, threads=1):
        work = self._arrived(work)
        for task in tasks:
            yield self._there(work(self._there(task)))

    def stream(self, work, items, most):
        work = self._arrived(work)
        for at in range(0, len(items), most):
            yield from self._there(list(work(self._there(items[at : at + most]))))

    def _arrived(self, work):
        sent = self._there(work)
        while isinstance(work, partial):
            work = work.func
        self.works.add(work.__name__)
        return sent

    def _there(self, each):
        return self._packer.pack(each).opened(self.sent.__getitem__)

    def _put(self, array):
        copy = array.copy()
        copy.flags.writeable = False
        self.sent.append(copy)
        return len(self.sent) - 1
