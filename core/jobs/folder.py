"""Where jobs keep their files: ``<artifacts>/.jobs/<id>/``, beside the bundles.

::

    ./                    locked for moments, by whoever changes a state
    .draft-<id>/          files that were handed over for a job that is not started yet; locked by their owner
    <id>/                 locked by the job's process as long as it lives
    <id>/job.json         what the job is, and its state
    <id>/progress.json    how far it is, written by its process alone
    <id>/log.txt          what its process printed
    <id>/files/           what was handed over for it, deleted when it ends
    <id>/tmp/             temporary files of its process, deleted when it ends
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from core.bundle.moving import remove_unfinished
from core.common import locks
from core.common.files import atomic_path
from core.common.progress import read_progress
from core.jobs.job import Job, Progress

FOLDER = ".jobs"
FILES, TEMPORARY, LOG, PROGRESS = "files", "tmp", "log.txt", "progress.json"
_JOB = "job.json"
_TAIL = 1 << 14  # bytes of a log's end that are read for its last line


def jobs_folder(root: Path) -> Path:
    """Return the folder of the jobs of a folder of bundles."""
    return Path(root) / FOLDER


@contextlib.contextmanager
def locked(root: Path) -> Iterator[None]:
    """Hold the lock under which states change, against other processes and threads."""
    folder = jobs_folder(root)
    folder.mkdir(parents=True, exist_ok=True)
    with locks.locked(folder):
        yield


def is_alive(root: Path, job: Job) -> bool:
    """Return whether a job's process lives, in whatever container."""
    return locks.is_locked(jobs_folder(root) / job.id)


def write_job(root: Path, job: Job) -> None:
    """Write what a job is; hold the lock."""
    with atomic_path(jobs_folder(root) / job.id / _JOB) as temporary:
        temporary.write_text(json.dumps(job.to_dict()), encoding="utf-8")


def read_jobs(root: Path) -> list[Job]:
    """Return all jobs as their files say, in the order in which they were started."""
    folder = jobs_folder(root)
    if not folder.is_dir():
        return []
    found = (_read(each) for each in sorted(folder.iterdir()) if not each.name.startswith("."))
    return [job for job in found if job is not None]


def _read(folder: Path) -> Job | None:
    """Return the job in a folder; None where it is being made or removed, or its file is none of ours."""
    try:
        job = Job.from_dict(json.loads((folder / _JOB).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, KeyError):
        return None
    found = read_progress(folder / PROGRESS)
    return job if found is None else job.but(progress=Progress(*found))


def last_line(root: Path, job: Job) -> str:
    """Return the last line that a job printed, without "error:" in front; "" if it printed none."""
    try:
        with (jobs_folder(root) / job.id / LOG).open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL))
            lines = file.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return ""
    said = [line.strip() for line in lines if line.strip()]
    return said[-1].removeprefix("error: ") if said else ""


def clear_up(root: Path, job: Job) -> None:
    """Delete what an ended job leaves: the files handed over for it, and what it had half written."""
    folder = jobs_folder(root) / job.id
    for name in (FILES, TEMPORARY):
        shutil.rmtree(folder / name, ignore_errors=True)
    if job.target:
        remove_unfinished(Path(job.target))


def remove(root: Path, job: Job) -> None:
    """Delete everything of a job that has ended."""
    shutil.rmtree(jobs_folder(root) / job.id, ignore_errors=True)
