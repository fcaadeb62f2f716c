"""Jobs in a folder of their own, ended with the test."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.jobs import queue
from core.jobs.job import Job

SECONDS = 60
Until = Callable[[str, str], Job]


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    root = tmp_path / "artifacts"
    yield root
    for job in queue.jobs(root):
        queue.cancel(root, job.id)


@pytest.fixture
def until(root: Path) -> Until:
    """Wait until a job has a state, or has got to a step."""

    def wait(id: str, reached: str) -> Job:
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            job = queue.find(root, id)
            if job is not None and reached in (job.state, job.progress.step):
                return job
            time.sleep(0.02)
        raise AssertionError(f"{id} did not get to {reached}: {queue.find(root, id)}")

    return wait
