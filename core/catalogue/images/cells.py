"""Images that stand in a table's cells, as base64 text or a ``data:`` address."""

from __future__ import annotations

from tempfile import TemporaryFile
from threading import Lock
from typing import IO

from core.catalogue.images.digest import bytes_digest
from core.catalogue.values.image_data import data_bytes
from core.common.errors import ImageError


def image_data(cell: str) -> bytes:
    """Return the image in a cell for which `core.catalogue.values.image_data.is_image_data` holds.

    Raises
    ------
    ImageError
        If it is not whole.
    """
    content = data_bytes(cell)
    if content is None:
        raise ImageError("an image in a cell is damaged")
    return content


class CellImages:
    """Images of cells, kept in a temporary file, each once; an image's entry is made from its content."""

    def __init__(self) -> None:
        self._places: dict[str, tuple[int, int]] = {}
        self._file: IO[bytes] | None = None
        self._lock = Lock()

    def __contains__(self, entry: str) -> bool:
        """Return whether an entry is in this store."""
        return entry in self._places

    def add(self, content: bytes) -> str:
        """Keep an image and return its entry."""
        entry = f"cell:{bytes_digest(content)}"
        with self._lock:
            if entry not in self._places:
                file = self._file = self._file or TemporaryFile()  # noqa: SIM115 (deleted with this object)
                start = file.seek(0, 2)
                file.write(content)
                self._places[entry] = (start, len(content))
        return entry

    def read(self, entry: str) -> bytes:
        """Return an image's bytes."""
        with self._lock:
            start, size = self._places[entry]
            if self._file is None:
                raise ImageError(f"{entry}: no such image")
            self._file.seek(start)
            return self._file.read(size)

    def stamp(self, entry: str) -> str:
        """Return the entry, which changes with the image."""
        return entry
