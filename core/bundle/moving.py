"""How a bundle is replaced as a whole, and how a build killed on the way is cleaned up after."""

from __future__ import annotations

import contextlib
import glob
import os
import shutil
from pathlib import Path

from core.bundle.layout import MANIFEST
from core.common.errors import BundleError


def previous(path: Path) -> Path:
    """Return where the bundle at `path` waits while a new one takes its place."""
    return path.parent / f".previous-{path.name}"


def building(path: Path) -> Path:
    """Return the folder in which this process builds the bundle that is to stand at `path`."""
    return path.parent / f".building-{path.name}-{os.getpid()}"


def recover(path: Path) -> None:
    """Put the previous bundle back if a build was killed between its two renames."""
    if not path.exists() and previous(path).exists():
        with contextlib.suppress(OSError):  # another process may have done it first
            previous(path).rename(path)


def clear(path: Path) -> None:
    """Make ready for a build at `path`: remove what killed builds left behind.

    Raises
    ------
    BundleError
        The folder holds other files than a bundle's.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and not (path / MANIFEST).exists() and any(path.iterdir()):
        raise BundleError(f"'{path}' is a folder with other files: name another folder for the bundle")
    remove_unfinished(path)


def remove_unfinished(path: Path) -> None:
    """Remove what killed builds of the bundle at `path` left behind."""
    recover(path)
    for folder in path.parent.glob(f".building-{glob.escape(path.name)}-*"):
        pid = folder.name.rsplit("-", 1)[1]
        if pid.isdigit() and not _builds_now(int(pid)):
            shutil.rmtree(folder, ignore_errors=True)
    if path.exists():
        shutil.rmtree(previous(path), ignore_errors=True)


def replace(path: Path, folder: Path) -> None:
    """Move a whole bundle from `folder` to `path`, in place of the one that may be there."""
    waiting = previous(path)
    if path.exists():
        path.rename(waiting)
    folder.rename(path)
    shutil.rmtree(waiting, ignore_errors=True)


def _builds_now(pid: int) -> bool:
    """Whether another process of this id runs; a folder of this process itself is a leftover, too."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return pid != os.getpid()
