"""Files that were handed over for a job before it is started, and that go with their owner if it never is."""

from __future__ import annotations

import os
import shutil
import weakref
from pathlib import Path
from uuid import uuid4

from core.jobs.folder import jobs_folder
from core.jobs.processes import started_at

_PREFIX = ".draft-"


class Draft:
    """A folder for files to hand over, deleted with this object unless a job has taken it.

    Parameters
    ----------
    root
        The folder of bundles.
    """

    def __init__(self, root: Path) -> None:
        name = f"{_PREFIX}{os.getpid()}-{started_at(os.getpid()):.0f}-{uuid4().hex[:8]}"
        self.folder = jobs_folder(root) / name
        """Where the files are."""
        self.folder.mkdir(parents=True)
        self._finalizer = weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)

    def move_to(self, folder: Path) -> dict[str | Path, Path]:
        """Move the files to `folder`, to which they belong from now on; return old path -> new path."""
        moved: dict[str | Path, Path] = {
            file: folder / file.relative_to(self.folder) for file in self.folder.rglob("*")
        }
        self.folder.rename(folder)
        self._finalizer.detach()
        return moved

    def discard(self) -> None:
        """Delete the files, if no job has taken them."""
        self._finalizer()


def remove_lost_drafts(root: Path) -> None:
    """Delete the drafts of processes that do not run any more."""
    for folder in jobs_folder(root).glob(f"{_PREFIX}*"):
        pid, started, _ = folder.name.removeprefix(_PREFIX).split("-")
        if abs(started_at(int(pid)) - float(started)) > 1:
            shutil.rmtree(folder, ignore_errors=True)
