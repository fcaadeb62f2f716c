"""The cache folder, and atomic file writes."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import time
import weakref
from collections.abc import Iterator
from pathlib import Path

from core.common.locks import lock, remove_unlocked

_UNFINISHED = ".writing-"
_TEMPORARY = "product-lens-temporary-"
_DAY = 24 * 60 * 60
_own: weakref.WeakSet[tempfile.TemporaryDirectory[str]] = weakref.WeakSet()


def cache_dir() -> Path:
    """Return the cache folder: ``$PRODUCT_LENS_CACHE``, else the platform's user cache.

    Its files can be deleted; they are made again when needed. The folder may not exist yet.
    """
    chosen = os.environ.get("PRODUCT_LENS_CACHE")
    if chosen:
        return Path(chosen).expanduser()
    import platformdirs

    return Path(platformdirs.user_cache_dir("product-lens", appauthor=False))


@contextlib.contextmanager
def atomic_path(target: Path) -> Iterator[Path]:
    """Yield a temporary path, and move the file to `target` when the block ends without an error.

    Several processes may write the same target at once: each has its own temporary file, the last to finish
    wins, and readers always see a complete file. After an error, the temporary file is removed and `target`
    is unchanged.

    Parameters
    ----------
    target
        The file to write; its folder is created if needed. The temporary file is in the same folder and has
        the same ending.

    Raises
    ------
    OSError
        If the folder cannot be written to.
    """
    target = Path(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    _remove_unfinished(target.parent)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=_UNFINISHED, suffix=target.suffix)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        # mkstemp makes files that only their owner can read.
        temporary.chmod(0o644)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def _remove_unfinished(folder: Path) -> None:
    """Remove temporary files of killed processes from `folder`, if they are more than a day old."""
    for left in folder.glob(f"{_UNFINISHED}*"):
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > _DAY:
                left.unlink()


def temporary_folder() -> tempfile.TemporaryDirectory[str]:
    """Make a temporary folder that goes with the object; `remove_left_folders` removes it after a kill."""
    while True:
        folder = tempfile.TemporaryDirectory(prefix=_TEMPORARY, ignore_cleanup_errors=True)
        with contextlib.suppress(FileNotFoundError):  # removed by another server before it was locked
            weakref.finalize(folder, os.close, lock(Path(folder.name)))
            if Path(folder.name).exists():
                _own.add(folder)
                return folder


def remove_own_folders() -> None:
    """Remove this process's temporary folders: one that is told to end runs nothing else at its end."""
    for folder in list(_own):
        folder.cleanup()


def remove_left_folders() -> None:
    """Remove temporary folders whose process was killed before it could."""
    for left in Path(tempfile.gettempdir()).glob(f"{_TEMPORARY}*"):
        if left.is_dir() and not left.is_symlink():
            remove_unlocked(left)


def file_name(name: str) -> str:
    """Return an encoder's name, which may hold slashes, as part of the name of a file."""
    return name.replace("/", "--")


def file_id(path: Path) -> str:
    """Return the first 16 hexadecimal digits of the SHA-256 of a file's bytes."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]
