"""An engine that sends everything as to a cluster, and does it in this process."""

from core.serving.cluster.parcels import Packer


class Sending:
    """Work, tasks and answers are packed and opened; arrays that were sent cannot be written to."""

    def __init__(self) -> None:
        self.sent = []
        self.tasks = 0
        self._packer = Packer(self._put)

    def map(self, work, tasks, *, threads=1):
        work = self._there(work)
        for task in tasks:
            self.tasks += 1
            yield self._there(work(self._there(task)))

    def stream(self, work, items, most):
        work = self._there(work)
        for at in range(0, len(items), most):
            self.tasks += 1
            yield from self._there(list(work(self._there(items[at : at + most]))))

    def _there(self, each):
        return self._packer.pack(each).opened(self.sent.__getitem__)

    def _put(self, array):
        copy = array.copy()
        copy.flags.writeable = False
        self.sent.append(copy)
        return len(self.sent) - 1
