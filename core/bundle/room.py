"""Whether a folder of bundles has room for more: how many there are, and what they take on its disk."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from core.bundle.layout import MANIFEST
from core.common.errors import LimitError
from core.common.limits import check_limit, limits

_MB = 1 << 20


def check_room(root: Path, coming: int = 0, catalogues: int = 0) -> None:
    """Check that a folder of bundles may take more.

    Parameters
    ----------
    root
        The folder, which may not exist yet.
    coming
        Bytes that are to be written.
    catalogues
        Bundles that are to come, those under way included.

    Raises
    ------
    LimitError
        It may not, or its disk is nearly full.
    """
    most = limits()
    if catalogues:
        there = sum((folder / MANIFEST).is_file() for folder in root.iterdir()) if root.is_dir() else 0
        check_limit("catalogues", there + catalogues, most.catalogues, "too many catalogues")
    check_limit("disk", (disk_use(root) + coming) / _MB, most.disk, "megabytes of all catalogues and files")
    standing = next(folder for folder in (root, *root.absolute().parents) if folder.exists())
    free = (shutil.disk_usage(standing).free - coming) / _MB
    if free < most.free_disk:
        raise LimitError(f"the disk is nearly full: {max(0.0, free):,.0f} MB would be left")


def disk_use(root: Path) -> int:
    """Return how many bytes a folder and all below it take; what goes meanwhile does not count."""
    total = 0
    for place, _, names in os.walk(root):
        for name in names:
            try:
                total += Path(place, name).lstat().st_size
            except OSError:
                continue
    return total
