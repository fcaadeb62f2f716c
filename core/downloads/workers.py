"""Worker threads that fetch images until all are done or they are stopped."""

from __future__ import annotations

import queue
import shutil
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from core.downloads.addresses import Url, parse_url
from core.downloads.connection import Caller
from core.downloads.download import Fetched, Moved, download
from core.downloads.failures import FetchError, Stopped
from core.downloads.hosts import HostQueue
from core.downloads.plan import Wanted
from core.downloads.report import FAILED, FETCHED, Outcome

_MOST_WORKERS = 128
_HOPS = 5  # redirects in a row
_FAREWELL = 3.0  # seconds to wait for threads to end after a stop
_PARTS = ".fetching"  # the leading dot hides it from the reader of images
_STALE = 60 * 60  # seconds after which a part is left over from a dead run


@dataclass(frozen=True)
class Manners:
    """Limits on requests, retries and image size.

    Attributes
    ----------
    workers : int
        Requests at a time, at most 128.
    per_host : int
        Requests at a time to one host.
    pause : float
        Seconds between two requests to one host.
    rest : float
        Seconds to wait after the first failure, doubled with each further one.
    retries : int
        Retries after the first try.
    max_bytes : int
        Size limit for an image.
    """

    workers: int = 16
    per_host: int = 4
    pause: float = 0.05
    rest: float = 1.0
    retries: int = 3
    max_bytes: int = 50 << 20


@dataclass(frozen=True)
class _Job:
    wanted: Wanted
    url: Url
    tries: int = 0
    hops: int = 0


class Crew:
    """Fetches images into a folder.

    Parameters
    ----------
    folder : Path
        An existing folder; nothing is written outside it.
    caller : Caller
        Its `stop` is set when the crew is stopped.
    manners : Manners
    """

    def __init__(self, folder: Path, caller: Caller, manners: Manners) -> None:
        self._folder = folder
        self._parts = folder / _PARTS
        self._caller = caller
        self._manners = manners
        self._hosts: HostQueue[_Job] = HostQueue(manners.per_host, manners.pause, manners.rest)
        self._results: queue.Queue[Outcome | BaseException] = queue.Queue()
        self._threads: list[threading.Thread] = []

    def fetch(self, wanted: Sequence[Wanted]) -> Iterator[Outcome]:
        """Yield the outcome of each address when it is known; raise errors of threads, such as a full disk.

        Call `stop` afterwards, also after an error.
        """
        self._parts.mkdir(exist_ok=True)
        self._remove_stale()
        for each in wanted:
            try:
                url = parse_url(each.address)
            except FetchError as error:
                self._results.put(_failure(each, error))
            else:
                self._hosts.put(url.host, _Job(each, url))
        for _ in range(min(self._manners.workers, _MOST_WORKERS, len(wanted))):
            thread = threading.Thread(target=self._work, daemon=True)
            self._threads.append(thread)
            thread.start()
        for _ in wanted:
            yield self._next()

    def stop(self) -> list[Outcome]:
        """Stop all threads, and return the outcomes that `fetch` has not yielded."""
        self._caller.stop.set()
        self._hosts.stop()
        end = time.monotonic() + _FAREWELL
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))
        left = []
        while not self._results.empty():
            result = self._results.get()
            if isinstance(result, Outcome):
                left.append(result)
        if self._parts.is_dir() and not any(self._parts.iterdir()):
            self._parts.rmdir()
        return left

    def _next(self) -> Outcome:
        while True:
            try:
                result = self._results.get(timeout=1.0)  # without a timeout, Ctrl-C does not work on Windows
            except queue.Empty:
                continue
            if isinstance(result, BaseException):
                raise result
            return result

    def _work(self) -> None:
        while (job := self._hosts.take()) is not None:
            try:
                outcome = self._try(job)
            except Stopped:
                return
            except BaseException as error:  # the main thread raises it
                self._results.put(error)
                return
            if outcome is not None:
                self._results.put(outcome)
            self._hosts.done(job.url.host)

    def _try(self, job: _Job) -> Outcome | None:
        """Return the outcome of an address, or None if another request is queued for it."""
        host = job.url.host
        closed = self._hosts.closed(host)
        if closed:
            return _failure(job.wanted, FetchError(closed, host))
        try:
            answer = download(job.url, self._parts, self._caller, self._manners.max_bytes)
            self._hosts.answered(host)
            if isinstance(answer, Fetched):
                return self._keep(job.wanted, answer)
            self._follow(job, answer)
        except FetchError as error:
            self._note(host, error)
            if not error.again or job.tries >= self._manners.retries:
                return _failure(job.wanted, error)
            delay = max(error.wait or 0.0, self._hosts.rest(job.tries))
            self._hosts.put(host, replace(job, tries=job.tries + 1), delay)
        return None

    def _follow(self, job: _Job, moved: Moved) -> None:
        if job.hops >= _HOPS:
            raise FetchError("too many redirects", f"more than {_HOPS}")
        self._hosts.put(moved.url.host, replace(job, url=moved.url, hops=job.hops + 1))

    def _note(self, host: str, error: FetchError) -> None:
        if error.closes_host:
            self._hosts.close(host, error.reason)
        elif error.silent_host:
            self._hosts.failed(host, error.reason, error.wait)
        else:
            self._hosts.answered(host)

    def _keep(self, wanted: Wanted, fetched: Fetched) -> Outcome:
        files = tuple(target.file(fetched.ending) for target in wanted.targets)
        try:
            for file in files[1:]:
                copy = fetched.file.with_suffix(".copy")
                shutil.copyfile(fetched.file, copy)
                copy.replace(self._folder / file)
            fetched.file.replace(self._folder / files[0])
        finally:
            fetched.file.unlink(missing_ok=True)
        return Outcome(wanted.address, files, FETCHED)

    def _remove_stale(self) -> None:
        for part in self._parts.iterdir():
            if time.time() - part.stat().st_mtime > _STALE:
                part.unlink(missing_ok=True)


def _failure(wanted: Wanted, error: FetchError) -> Outcome:
    return Outcome(wanted.address, (), FAILED, error.reason, error.detail)
