"""How a bundle is replaced as a whole, and how a build killed on the way is cleaned up after.

Builders may run at once, also in different containers on one volume, where process ids say nothing. A builder
holds a lock on its own folder for as long as it lives, and what is renamed is renamed under a lock on the
folder of all bundles.
"""

from __future__ import annotations

import contextlib
import glob
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

from core.bundle.layout import MANIFEST
from core.common.errors import BundleError
from core.common.locks import lock, locked, remove_unlocked

_PREVIOUS, _BUILDING, _DELETED = ".previous-", ".building-", ".deleted-"


def previous(path: Path) -> Path:
    """Return where the bundle at `path` waits while a new one takes its place."""
    return path.parent / f"{_PREVIOUS}{path.name}"


def recover(path: Path) -> None:
    """Put the previous bundle back if a build was killed between its two renames."""
    if path.exists() or not previous(path).exists():
        return
    with contextlib.suppress(OSError), locked(path.parent):  # where nothing may be written, nothing is
        if not path.exists() and previous(path).exists():
            previous(path).rename(path)


def recover_all(root: Path) -> None:
    """Put back every bundle in a folder that a killed build left aside."""
    for waiting in root.glob(f"{_PREVIOUS}*"):
        recover(root / waiting.name.removeprefix(_PREVIOUS))


@contextlib.contextmanager
def building(path: Path) -> Iterator[Path]:
    """Give a new folder beside `path` to build a bundle in; it is removed at the end unless it was moved.

    Raises
    ------
    BundleError
        `path` is a folder with other files than a bundle's, or below a file.
    OSError
        Nothing can be written there.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    folder = path.parent / f"{_BUILDING}{path.name}-{uuid4().hex[:12]}"
    if path.exists() and (not path.is_dir() or (not (path / MANIFEST).exists() and any(path.iterdir()))):
        raise BundleError(f"'{path}' is a folder with other files: name another folder for the bundle")
    with locked(path.parent):
        _remove_unfinished(path)
        folder.mkdir()
        alive = lock(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(alive)


def remove_unfinished(path: Path) -> None:
    """Remove what killed builds of the bundle at `path` left behind."""
    with locked(path.parent):
        _remove_unfinished(path)


def replace(path: Path, folder: Path) -> None:
    """Move a whole bundle from `folder` to `path`, in place of the one that may be there."""
    waiting = previous(path)
    with locked(path.parent):
        if path.exists():
            shutil.rmtree(waiting, ignore_errors=True)
            path.rename(waiting)
        folder.rename(path)
    shutil.rmtree(waiting, ignore_errors=True)


def remove(path: Path) -> None:
    """Remove a whole bundle: killed on the way, none of it is there; the next removal or build cleans up."""
    gone = path.parent / f"{_DELETED}{uuid4().hex[:12]}"
    with locked(path.parent):
        path.rename(gone)
        _remove_deleted(path.parent)


def _remove_deleted(root: Path) -> None:
    for folder in root.glob(f"{_DELETED}*"):
        if folder.is_symlink():
            folder.unlink()
        shutil.rmtree(folder, ignore_errors=True)


def _remove_unfinished(path: Path) -> None:
    _remove_deleted(path.parent)
    if not path.exists() and previous(path).exists():
        previous(path).rename(path)
    for folder in path.parent.glob(f"{_BUILDING}{glob.escape(path.name)}-*"):
        remove_unlocked(folder)
    if path.exists():
        shutil.rmtree(previous(path), ignore_errors=True)
