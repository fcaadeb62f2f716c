"""Files that were handed over for a job before it is started, and that go with their owner if it never is."""

from __future__ import annotations

import os
import shutil
import weakref
from pathlib import Path
from uuid import uuid4

from core.common.locks import lock, remove_unlocked
from core.jobs.folder import jobs_folder, locked

_PREFIX = ".draft-"


class Draft:
    """A folder for files to hand over, deleted with this object unless a job has taken it.

    Parameters
    ----------
    root
        The folder of bundles.
    """

    def __init__(self, root: Path) -> None:
        self.folder = jobs_folder(root) / f"{_PREFIX}{uuid4().hex[:12]}"
        """Where the files are."""
        with locked(root):
            self.folder.mkdir()
            self._lock = lock(self.folder)
        self._finalizer = weakref.finalize(self, _remove, self.folder, self._lock)

    def move_to(self, folder: Path) -> dict[str | Path, Path]:
        """Move the files to `folder`, to which they belong from now on; return old path -> new path."""
        moved: dict[str | Path, Path] = {
            file: folder / file.relative_to(self.folder) for file in self.folder.rglob("*")
        }
        self.folder.rename(folder)
        self._finalizer.detach()
        os.close(self._lock)
        return moved

    def discard(self) -> None:
        """Delete the files, if no job has taken them."""
        self._finalizer()


def remove_lost_drafts(root: Path) -> None:
    """Delete the drafts of processes that do not run any more; hold the lock."""
    for folder in jobs_folder(root).glob(f"{_PREFIX}*"):
        remove_unlocked(folder)


def _remove(folder: Path, handle: int) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    os.close(handle)
