"""Images that stand in a table's cells, as base64 text or a ``data:`` address."""

from __future__ import annotations

import base64
import binascii
import re
from tempfile import TemporaryFile
from threading import Lock
from typing import IO
from urllib.parse import unquote_to_bytes

from core.catalogue.images.digest import bytes_digest
from core.common.errors import ImageError

_DATA_ADDRESS = re.compile(r"\s*data:image/[^,]{0,200},", re.IGNORECASE)
# How base64 of JPEG, PNG, GIF, WebP, TIFF, AVIF and BMP begins.
_BEGINNING = re.compile(r"[/_]9j[/_]|iVBORw0KGgo|R0lGOD|UklGR|SUkqA|TU0AK|AAAA.{2}Z0eX|Qk")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]+={0,2}")
_SHORTEST = 64  # characters; no image is smaller, but a name may be


def is_image_data(cell: str) -> bool:
    """Return whether a cell holds an image itself, instead of its name or address."""
    if _DATA_ADDRESS.match(cell):
        return True
    if len(cell) < _SHORTEST or not _BEGINNING.match(cell):
        return False
    return _BASE64.fullmatch("".join(cell.split())) is not None


def image_data(cell: str) -> bytes:
    """Return the image in a cell for which `is_image_data` holds.

    Raises
    ------
    ImageError
        If it is not whole.
    """
    head = _DATA_ADDRESS.match(cell)
    if head is not None and ";base64" not in head.group().lower():
        return unquote_to_bytes(cell[head.end() :])
    text = "".join(cell[head.end() if head else 0 :].split())
    text = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ImageError(f"an image in a cell is damaged ({error})") from error


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
