"""Where derived files are kept between runs, and how a file is written so that nobody sees half of it."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

_UNFINISHED = ".writing-"
_DAY = 24 * 60 * 60


def cache_dir() -> Path:
    """Return the folder for derived files: ``$PRODUCT_LENS_CACHE``, else the platform's user cache.

    Everything in it can be deleted: it is made again when needed. The folder may not exist yet.
    """
    chosen = os.environ.get("PRODUCT_LENS_CACHE")
    if chosen:
        return Path(chosen).expanduser()
    import platformdirs

    return Path(platformdirs.user_cache_dir("product-lens", appauthor=False))


@contextlib.contextmanager
def atomic_path(target: Path) -> Iterator[Path]:
    """Yield a path to write to, and move the file to `target` when the block ends well.

    Several processes may write one target at once: each has its own file, the last to finish wins, and a
    reader sees a whole file always. After an error nothing is left behind and `target` stays as it was.

    Parameters
    ----------
    target
        The file wanted; its folder is made if need be. The path to write to lies beside it, with its ending.

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
        # Temporary files are private; this one is to be as readable as any other.
        temporary.chmod(0o644)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def _remove_unfinished(folder: Path) -> None:
    """Remove what killed processes left in `folder`, once no process can still be writing it."""
    for left in folder.glob(f"{_UNFINISHED}*"):
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > _DAY:
                left.unlink()


def file_id(path: Path) -> str:
    """Return the first 16 hexadecimal digits of the SHA-256 of a file's bytes."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]
