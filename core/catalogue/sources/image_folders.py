"""Images in a folder per category, without a table: ``Mugs/7.jpg``, ``train/Kitchen/Mugs/7.jpg``."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from core.catalogue.sources.raw import SET_ASIDE, Block, Event, RawTable
from core.catalogue.sources.source import Source
from core.common.errors import CatalogueError

ENDINGS = {".jpg", ".jpeg", ".jfif", ".png", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".avif"}
"""Endings of image files."""

SPLITS = {
    "train": "train", "training": "train",
    "test": "test", "testing": "test",
    "val": "validation", "valid": "validation", "validation": "validation", "dev": "validation",
}  # fmt: skip
"""Names of folders and files that are splits of a data set -> the split's name."""

LEADS_OUTSIDE = "a link that leads out of the folder"

_BLOCK = 4096


def is_hidden(path: PurePosixPath | Path) -> bool:
    """Whether a file is none of the owner's: hidden, or made by an archiver."""
    return any(part.startswith((".", "__MACOSX", "._")) for part in path.parts)


def image_paths(folder: Path) -> list[str]:
    """Return the paths of all image files in a folder, relative to it, sorted."""
    found = []
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not is_hidden(PurePosixPath(name))]
        for name in files:
            if Path(name).suffix.lower() in ENDINGS and not name.startswith("."):
                found.append(Path(place, name).relative_to(folder).as_posix())
    return sorted(found)


def read_images(source: Source, images: Sequence[str], root: Path | None = None) -> RawTable:
    """Return the table of images: their paths and, from their folders, their categories.

    Folders in folders are paths, joined by " > ". A folder that all images share is no category. Where the
    outermost folders are splits (train, test, validation), these are a column of their own.

    Parameters
    ----------
    images
        Paths relative to the folder or zip; at least one.
    root
        The folder, for links that lead out of it; None for a zip.
    """
    source.without_sheets()
    folders = [PurePosixPath(image).parts[:-1] for image in images]
    shared = _shared(folders)
    below = [parts[shared:] for parts in folders]
    splits = len({parts[0] for parts in below if parts}) > 1 and all(
        parts and parts[0].lower() in SPLITS for parts in below
    )
    if not splits and shared and folders[0][shared - 1].lower() in SPLITS and not any(below):
        raise CatalogueError(f"{source.name}: {len(images)} images, but no table and no folder per category")
    if not any(parts[splits:] for parts in below):
        raise CatalogueError(f"{source.name}: {len(images)} images, but no table and no folder per category")
    columns = ("image", "category", "split") if splits else ("image", "category")
    categories = len({parts[splits:] for parts in below})
    source.note(f"no table: {len(images)} images, whose {categories} folders are the categories")

    def blocks() -> Iterator[Block]:
        for start in range(0, len(images), _BLOCK):
            numbers: list[int] = []
            rows: list[list[str]] = []
            events: list[Event] = []
            for number, image in enumerate(images[start : start + _BLOCK], start + 1):
                if root is not None and not _is_inside(root, image):
                    events.append(Event(number, SET_ASIDE, LEADS_OUTSIDE))
                    continue
                parts = below[number - 1]
                row = [image, " > ".join(parts[splits:])]
                numbers.append(number)
                rows.append([*row, SPLITS[parts[0].lower()]] if splits else row)
            yield Block(numbers, rows, events)

    return source.table("images", columns, blocks, unit="image", details={"categories": str(categories)})


def _shared(folders: Sequence[tuple[str, ...]]) -> int:
    """Return how many outer folders all images share."""
    first, last = min(folders), max(folders)
    count = 0
    for one, other in zip(first, last, strict=False):
        if one != other:
            break
        count += 1
    return count


def _is_inside(root: Path, image: str) -> bool:
    path = root / image
    return not path.is_symlink() or path.resolve().is_relative_to(root.resolve())
