"""Images that the rows of a table hold, such as the image structs of Parquet."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from core.catalogue.images.stores import check_bytes
from core.catalogue.sources.raw import IMAGE_REFERENCE


class RowImages:
    """The images of a table's rows.

    Parameters
    ----------
    table
        The file or folder they are in: when it changes, so may they.
    read
        ``reference -> bytes``; raises an `ImageError` for a reference without an image.
    prefix
        What every reference begins with.
    """

    def __init__(self, table: Path, read: Callable[[str], bytes], prefix: str = IMAGE_REFERENCE) -> None:
        self._table = table
        self._read = read
        self._prefix = prefix

    def __contains__(self, entry: str) -> bool:
        """Return whether an entry is a reference to a row."""
        return entry.startswith(self._prefix)

    def read(self, entry: str) -> bytes:
        """Return an image's bytes; raises as `ImageStore.read`."""
        content = self._read(entry)
        check_bytes(entry, len(content))
        return content

    def stamp(self, entry: str) -> str:
        """Return a text that changes when the table does."""
        try:
            status = self._table.stat()
        except OSError:
            return ""
        return f"{entry} {status.st_size} {status.st_mtime_ns}"
