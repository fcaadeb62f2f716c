"""Files of a cache that are noticed when they are damaged, so that they can be made again.

Beside a file lies a note of its size, the time of its last change and its hash. As long as the first two
stay the same, nothing is read; when they do not, the hash decides.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from pathlib import Path

from core.common.files import atomic_path

_NOTE = ".kept.json"


def keep(file: Path) -> None:
    """Note down what a file is like, now that it is whole; where nothing can be written, nothing is noted."""
    with contextlib.suppress(OSError):
        status = file.stat()
        _write(file, status.st_size, status.st_mtime_ns, _hash(file))


def is_whole(file: Path) -> bool:
    """Whether a file is there and as it was when it was noted down; one that never was is noted down now."""
    try:
        status = file.stat()
    except OSError:
        return False
    if not _note(file).exists():
        keep(file)
        return status.st_size > 0
    try:
        note = json.loads(_note(file).read_text(encoding="utf-8"))
        size, changed, digest = note["size"], note["changed"], note["sha256"]
    except (OSError, ValueError, KeyError, TypeError):
        size = changed = digest = None
    if (size, changed) == (status.st_size, status.st_mtime_ns):
        return True
    if size != status.st_size or digest != _hash(file):
        return False
    with contextlib.suppress(OSError):
        _write(file, status.st_size, status.st_mtime_ns, digest)
    return True


def forget(file: Path) -> None:
    """Remove a file and its note."""
    for each in (file, _note(file)):
        with contextlib.suppress(OSError):
            each.unlink(missing_ok=True)


def _note(file: Path) -> Path:
    return file.with_name(file.name + _NOTE)


def _write(file: Path, size: int, changed: int, digest: str) -> None:
    with atomic_path(_note(file)) as temporary:
        temporary.write_text(
            json.dumps({"size": size, "changed": changed, "sha256": digest}), encoding="utf-8"
        )


def _hash(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
