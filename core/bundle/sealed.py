"""The files of a bundle: inside its folder, whole, and the ones that were written.

A bundle may come from anybody. A file is used only if the manifest lists it, if neither it nor a folder on
the way is a link, and if size and hash are as listed; each file is hashed once as long as it does not change.
"""

from __future__ import annotations

import hashlib
import stat
from pathlib import Path, PurePosixPath

from core.common.recent import Recent

_hashes: Recent[str] = Recent(20_000)


def size_problem(folder: Path, name: str, size: int) -> str:
    """Say what is wrong with a file, at a glance; "" where nothing is.

    Parameters
    ----------
    folder
        The bundle's.
    name
        Of the file, inside the folder.
    size
        In bytes, as the manifest has it.
    """
    place = folder
    parts = PurePosixPath(name).parts
    try:
        for part in parts[:-1]:
            place = place / part
            if not stat.S_ISDIR(place.lstat().st_mode):
                return f"{name} is not in a plain folder of the bundle"
        status = (place / parts[-1]).lstat()
    except OSError:
        return f"{name} is missing or cut short"
    if not stat.S_ISREG(status.st_mode):
        return f"{name} is a link or no plain file"
    return "" if status.st_size == size else f"{name} is missing or cut short"


def hash_problem(file: Path, name: str, sha256: str) -> str:
    """Say whether a file's content is not what was written; "" where it is.

    Raises
    ------
    OSError
        The file cannot be read.
    """
    status = file.stat()
    key = (file.absolute(), status.st_mtime_ns, status.st_ino, status.st_size)
    found = _hashes.get(key, lambda: file_hash(file))
    return "" if found == sha256 else f"{name} is not the file that was written (its hash differs)"


def file_hash(file: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal digits."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
