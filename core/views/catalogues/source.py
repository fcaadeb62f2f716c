"""Where a new catalogue comes from: uploaded files, or a folder of the server."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from core.bundle.room import check_room
from core.catalogue.upload import check_files, check_zip
from core.common.access import access
from core.common.errors import CatalogueError
from core.jobs.drafts import Draft

_IMAGES = "images.zip"
_LONGEST = 100  # characters of a file's name
_NO_NAME = re.compile(r"[^\w.+-]+")


@dataclass(frozen=True)
class Source:
    """A product table with its images, as `core.catalogue.recognition.recognise` takes it.

    Attributes
    ----------
    data
        The table, or the folder with it.
    title
        What the owner calls it.
    id
        Tells it from others.
    draft
        The uploaded files; None for a folder of the server.
    """

    data: Path
    title: str
    id: str
    draft: Draft | None = None

    @property
    def suggested_name(self) -> str:
        """A name for the catalogue, from that of the file."""
        stem = Path(self.title).name.split(".")[0]
        return _NO_NAME.sub("-", stem).strip("-.+_ ")[:40] or "catalogue"


def uploaded(
    root: Path, name: str, table: bytes | memoryview, images: bytes | memoryview | None = None
) -> Source:
    """Keep uploaded files beside the bundles in `root` until a job takes them, or nobody wants them any more.

    Parameters
    ----------
    root
        The folder of bundles.
    name
        File name of the table.
    table
        A file of any kind, or a zip with a table and images.
    images
        A zip of images.

    Raises
    ------
    CatalogueError
        A file is too large, cannot be written, or the images are no zip.
    LimitError
        There is no room for them.
    """
    check_files(name, table, images)
    check_room(root, len(table) + (0 if images is None else len(images)))
    try:
        draft = Draft(root)
        return _kept(draft, name, table, images)
    except OSError as error:
        raise CatalogueError(f"{name} cannot be kept: {error.strerror}") from error


def _kept(draft: Draft, name: str, table: bytes | memoryview, images: bytes | memoryview | None) -> Source:
    """Write uploaded files to a draft."""
    path = draft.folder / (_NO_NAME.sub("-", name).strip("-.")[-_LONGEST:] or "table")
    path.write_bytes(table)
    digest = hashlib.blake2b(table, digest_size=8)
    if images is not None:
        archive = draft.folder / _IMAGES
        archive.write_bytes(images)
        check_zip(archive)
        digest.update(images)
    return Source(path, name, digest.hexdigest(), draft)


def on_server(text: str) -> Source:
    """Return a folder, or a table, of the server.

    Raises
    ------
    AccessError
        It does not exist, or visitors may not have it read.
    """
    path = access().catalogue(text.strip())
    stamp = f"{path} {path.stat().st_mtime_ns}"
    return Source(path, path.name, hashlib.blake2b(stamp.encode(), digest_size=8).hexdigest())
