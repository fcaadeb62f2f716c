"""Which folders of the server a visitor may have read: all of them at home, else those that are named."""

from __future__ import annotations

import os
from pathlib import Path

MODE = "PRODUCT_LENS_MODE"
"""Names the setting that says who visits: local (the default: the owner of this machine), team or public."""

ROOTS = "PRODUCT_LENS_ROOTS"
"""Names the setting with the folders that visitors of a server may have read, as in PATH."""


def may_read(folder: Path) -> bool:
    """Return whether a visitor may have a file or folder of this machine read; links are followed first."""
    if (os.environ.get(MODE) or "local") == "local":
        return True
    place = Path(folder).resolve()
    return any(place.is_relative_to(root) for root in readable_roots())


def readable_roots() -> tuple[Path, ...]:
    """Return the folders that are named, without links."""
    named = os.environ.get(ROOTS, "").split(os.pathsep)
    return tuple(Path(name).resolve() for name in named if name.strip())
