"""Attacks on jobs: their process is killed, their server is, they are cancelled, their disk is full."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

from benchmarks.attacking import FaultError, Place, process
from core.bundle.checking import faults_of
from core.bundle.listing import list_bundles
from core.common.errors import CoreError
from core.jobs import queue
from core.jobs.drafts import Draft
from core.jobs.folder import FILES, TEMPORARY, jobs_folder
from core.jobs.job import DONE, FAILED, Job
from core.jobs.processes import is_alive

SECONDS = 60
SERVER = """
import sys, time
from pathlib import Path
from benchmarks.attack_jobs import begin
begin(Path(sys.argv[1]), Path(sys.argv[2]), "0")
print("begun", flush=True)
time.sleep(600)
"""
DRAFTING = """
import sys, time
from pathlib import Path
from core.jobs.drafts import Draft
draft = Draft(Path(sys.argv[1]))
(draft.folder / "table.csv").write_text("never started")
print("begun", flush=True)
time.sleep(600)
"""


def jobs(place: Place, chance: random.Random) -> None:
    """Disturb a job that replaces a bundle; the bundle must be whole afterwards, and nothing left."""
    target = place.copy()
    root = place.artifacts
    how = chance.choice(("kill", "cancel", "cancel", "full disk", "kill the server", "lost draft"))
    if how == "kill the server":
        server = process(SERVER, root, place.bundle, say_begun=True)
        time.sleep(chance.random())
        server.send_signal(signal.SIGKILL)
        server.wait()
    elif how == "lost draft":
        server = process(DRAFTING, root, say_begun=True)
        server.send_signal(signal.SIGKILL)
        server.wait()
        begin(root, place.bundle, "0")
    else:
        job = begin(root, place.bundle, str(chance.randint(1, 200_000) if how == "full disk" else 0))
        if how != "full disk":
            time.sleep(chance.random() * 2.5)
            _disturb(root, job, how)
    ended = _wait(root)
    if how in ("kill the server", "lost draft") and ended.state != DONE:
        raise FaultError(f"{how}: {ended.state}, {ended.problem}")
    if ended.state == FAILED and (not ended.problem or "\n" in ended.problem):
        raise FaultError(f"{how}: said {ended.problem!r}")
    _check(place, target, ended, how)


def begin(root: Path, bundle: Path, most: str) -> Job:
    """Start a job that replaces the bundle ``target``."""
    draft = Draft(root)
    table = draft.folder / "table.csv"
    table.write_text("handed over", encoding="utf-8")
    target = root / "target"
    command = ("benchmarks.attacked_job", bundle, target, table, most)
    return queue.start(root, "build", "target", command, target=target, draft=draft)


def _disturb(root: Path, job: Job, how: str) -> None:
    if how == "cancel":
        queue.cancel(root, job.id)
    elif is_alive(job.pid, job.started):
        os.kill(job.pid, signal.SIGKILL)


def _wait(root: Path) -> Job:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        (job,) = queue.jobs(root)
        if not job.active:
            return job
        time.sleep(0.02)
    queue.cancel(root, job.id)
    raise FaultError(f"the job never ended: {job.state} {job.progress}")


def _check(place: Place, target: Path, job: Job, how: str) -> None:
    end = time.monotonic() + 5
    while is_alive(job.pid, job.started) and time.monotonic() < end:
        time.sleep(0.02)
    if [info.problem for info in list_bundles(place.artifacts)] != [None] or faults_of(target):
        raise FaultError(f"{how}: the bundle is lost or damaged")
    left = {entry.name for entry in place.artifacts.iterdir()} - {"target", ".jobs"}
    folder = jobs_folder(place.artifacts)
    left |= {name for name in (FILES, TEMPORARY) if (folder / job.id / name).exists()}
    left |= {entry.name for entry in folder.iterdir() if entry.name.startswith(".draft-")}
    if left:
        raise FaultError(f"{how}: left {sorted(left)}")
    try:
        queue.forget(place.artifacts, job.id)
    except CoreError as error:
        raise FaultError(f"{how}: cannot be dismissed: {error}") from error
