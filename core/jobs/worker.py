"""The process of a job: ``python -m core.jobs.worker LOCK ROOT ID MODULE ARGUMENT...``.

It holds the lock it was born with for as long as it lives. It waits for its turn, then runs the module as a
program, as ``python -m MODULE ARGUMENT...`` would.
"""

from __future__ import annotations

import os
import runpy
import sys
import time
import traceback
from collections.abc import Sequence
from pathlib import Path

from core.common.errors import CoreError
from core.common.progress import FILE
from core.jobs import queue
from core.jobs.folder import PROGRESS, jobs_folder, last_line
from core.jobs.job import DONE, FAILED

_EVERY = 0.3  # seconds between two looks whether it is its turn


def main(root: Path, id: str, module: str, arguments: Sequence[str]) -> None:
    """Do the job `id` of a folder of bundles."""
    os.nice(10)  # the pages come first
    try:
        while not queue.may_run(root, id):
            time.sleep(_EVERY)
    except CoreError:
        return
    os.environ[FILE] = str(jobs_folder(root) / id / PROGRESS)
    code = _run(module, arguments)
    if code == 0:
        queue.end(root, id, DONE)
        return
    sys.stdout.flush()
    job = queue.find(root, id)
    said = "" if job is None else last_line(root, job)
    queue.end(root, id, FAILED, said or f"exit code {code}")


def _run(module: str, arguments: Sequence[str]) -> int:
    """Run a module as a program; return its exit code."""
    sys.argv = [module, *arguments]
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit as ended:
        if ended.code is None or isinstance(ended.code, int):
            return ended.code or 0
        print(ended.code, file=sys.stderr, flush=True)
        return 1
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    os.set_inheritable(int(sys.argv[1]), False)  # its own children may outlive it
    main(Path(sys.argv[2]), sys.argv[3], sys.argv[4], sys.argv[5:])
