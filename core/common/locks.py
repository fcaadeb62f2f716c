"""Locks on folders, which say whether their owner lives.

Process ids do not: another container has its own, and a container's first process has the same id at each
start. A lock goes with its owner, however that ends.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path


def lock(folder: Path) -> int:
    """Wait for a folder's lock and hold it until the handle is closed or the process ends.

    Raises
    ------
    OSError
        The folder is not there, or its file system has no locks.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
    except BaseException:
        os.close(handle)
        raise
    return handle


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a folder's lock for the ``with`` block, as `lock` does."""
    handle = lock(folder)
    try:
        yield
    finally:
        os.close(handle)


def is_locked(folder: Path) -> bool:
    """Return whether somebody holds a folder's lock; nobody does where there is none."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)  # shared: two that look do not see each other
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def remove_unlocked(folder: Path) -> None:
    """Remove a folder unless somebody holds its lock, or it may not be looked into."""
    with contextlib.suppress(FileNotFoundError, PermissionError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        except BlockingIOError:
            return
        finally:
            os.close(handle)
