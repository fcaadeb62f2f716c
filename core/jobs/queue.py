"""Start jobs, watch and cancel them. One runs at a time; others wait for it in the order of their start.

All that is known of a job lies in files, so that it survives the page and the server that started it, and
several servers on one folder share a queue.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

from core.bundle.room import check_room
from core.common.errors import CoreError
from core.common.limits import check_limit, limits
from core.common.locks import lock
from core.jobs import folder as files
from core.jobs.drafts import Draft, remove_lost_drafts
from core.jobs.job import CANCELLED, FAILED, RUNNING, Job, Step
from core.jobs.processes import kill, started_at

KEPT = 20
"""Ended jobs that are remembered."""

_CODE = Path(__file__).resolve().parents[2]


def start(
    root: Path,
    kind: str,
    title: str,
    command: Sequence[str | Path],
    *,
    target: Path | None = None,
    plan: Sequence[Step] = (),
    draft: Draft | None = None,
    owner: str = "",
) -> Job:
    """Start a job; it waits while another one runs.

    Parameters
    ----------
    root
        The folder of bundles.
    kind, title
        What it does, and for what, for people.
    command
        A module that is run as a program, and its arguments: ``("core", "build", ...)``. A path in the
        draft's folder becomes the one that the file has from then on.
    target
        The folder it makes, which no other job may be making.
    plan
        The steps that are expected.
    draft
        Files handed over for it; deleted when it ends.
    owner
        Who asks for it; "" for nobody known.

    Raises
    ------
    CoreError
        Another job makes the same folder, or nothing can be written there.
    LimitError
        There are too many jobs or catalogues, or the disk is full.
    """
    root = Path(root).resolve()
    wanted = "" if target is None else str(Path(target).resolve())
    job = Job(_new_id(), kind, title, wanted, tuple(plan), created=time.time(), owner=owner)
    try:
        with files.locked(root):
            _settle(root)
            remove_lost_drafts(root)
            _check(root, job)
            _forget_oldest(root)
            files.write_job(root, job)
            place = files.jobs_folder(root) / job.id
            (place / files.TEMPORARY).mkdir()
            moved = {} if draft is None else draft.move_to(place / files.FILES)
            process = _run(root, job, [str(moved.get(each, each)) for each in command])
            job = job.but(pid=process.pid, started=started_at(process.pid))
            files.write_job(root, job)
    except OSError as error:
        raise CoreError(f"the job cannot be started: {error.strerror}: {error.filename}") from error
    # Without a parent that waits for it, an ended process stays in the list of processes.
    threading.Thread(target=process.wait, name=f"job {job.id}", daemon=True).start()
    return job


def jobs(root: Path) -> list[Job]:
    """Return all jobs in the order of their start; one whose process is gone has failed."""
    found = files.read_jobs(root)
    if any(each.active and not files.is_alive(root, each) for each in found):
        with files.locked(root):
            _settle(root)
        found = files.read_jobs(root)
    return found


def find(root: Path, id: str) -> Job | None:
    """Return a job, None if there is none of this id."""
    return next((job for job in jobs(root) if job.id == id), None)


def cancel(root: Path, id: str) -> None:
    """End a job at once; one that has ended stays as it is.

    Raises
    ------
    CoreError
        It runs in another container, where its process is out of reach.
    """
    with files.locked(root):
        job = next((each for each in files.read_jobs(root) if each.id == id and each.active), None)
        if job is not None:
            killed = kill(job.pid, job.started)
            if not killed and job.state == RUNNING and files.is_alive(root, job):
                raise CoreError(f"{job.title} runs on another server. Cancel it there.")
            _end(root, job.but(state=CANCELLED))


def forget(root: Path, id: str) -> None:
    """Remove a job that has ended from the list."""
    with files.locked(root):
        for job in files.read_jobs(root):
            if job.id == id and not job.active:
                files.remove(root, job)


def may_run(root: Path, id: str) -> bool:
    """Return whether a waiting job's turn has come; if so, it is running from now on.

    Raises
    ------
    CoreError
        It does not wait any more.
    """
    with files.locked(root):
        _settle(root)
        active = [each for each in files.read_jobs(root) if each.active]
        if not any(each.id == id for each in active):
            raise CoreError("the job was cancelled")
        if active[0].id != id:
            return False
        files.write_job(root, active[0].but(state=RUNNING, begun=time.time()))
        return True


def end(root: Path, id: str, state: str, problem: str = "") -> None:
    """Note how a job ended; one that was cancelled meanwhile stays so."""
    with files.locked(root):
        for job in files.read_jobs(root):
            if job.id == id and job.active:
                _end(root, job.but(state=state, problem=problem))


def _check(root: Path, job: Job) -> None:
    """Check that a job may be added; hold the lock."""
    active, most = [each for each in files.read_jobs(root) if each.active], limits()
    if job.target and any(each.target == job.target for each in active):
        raise CoreError(f"{job.title} is being built already. Wait for it or cancel it.")
    own = sum(each.owner == job.owner for each in active)
    check_limit("own_jobs", own + 1, most.own_jobs, "too many jobs of yours wait or run")
    check_limit("jobs", len(active) + 1, most.jobs, "too many jobs wait or run")
    new = [each for each in (*active, job) if each.target and not Path(each.target).exists()]
    check_room(root, catalogues=len(new))


def _end(root: Path, job: Job) -> None:
    files.clear_up(root, job)
    files.write_job(root, job.but(ended=time.time()))


def _settle(root: Path) -> None:
    """Note that jobs have failed whose processes are gone; hold the lock."""
    for job in files.read_jobs(root):
        if job.active and not files.is_alive(root, job):
            said = files.last_line(root, job)
            _end(root, job.but(state=FAILED, problem=f"the process ended{': ' if said else ''}{said}"))


def _forget_oldest(root: Path) -> None:
    ended = [job for job in files.read_jobs(root) if not job.active]
    for job in ended[: max(0, len(ended) - KEPT)]:
        files.remove(root, job)


def _run(root: Path, job: Job, command: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start the process of a job, in a session of its own: it outlives the server and its terminal.

    It is born with the lock that says it lives: there is no moment at which it runs without.
    """
    place = files.jobs_folder(root) / job.id
    alive = lock(place)
    try:
        with (place / files.LOG).open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "core.jobs.worker", str(alive), str(root), job.id, *command],
                cwd=_CODE,
                env=os.environ | {"TMPDIR": str(place / files.TEMPORARY)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                pass_fds=(alive,),
            )
    finally:
        os.close(alive)


def _new_id() -> str:
    """Return an id that sorts by time, to the microsecond."""
    return f"{time.time_ns() // 1000:x}-{uuid4().hex[:6]}"
