"""The archive of small images in a bundle: what it says of its files is checked before one is unpacked."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

LARGEST = 1 << 20
"""Bytes of one small image, unpacked."""
WIDEST = 1024
"""Pixels of one, to each side."""
_NAME = re.compile(r"(0|[1-9][0-9]{0,9})\.jpg")
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def open_pictures(file: Path, rows: int) -> zipfile.ZipFile:
    """Open the archive of a bundle of so many products.

    Raises
    ------
    OSError
        It cannot be read.
    ValueError, zipfile.BadZipFile
        It is no zip file, or holds something else than an image for some of the products.
    """
    archive = zipfile.ZipFile(file)
    names = set()
    for entry in archive.infolist():
        match = _NAME.fullmatch(entry.filename)
        if match is None or int(match[1]) >= rows or entry.filename in names:
            raise ValueError(
                f"{file.name}: expected ROW.jpg once for rows up to {rows - 1}, got {entry.filename[:60]!r}"
            )
        if entry.file_size > LARGEST or entry.compress_type not in _PACKED or entry.flag_bits & 1:
            raise ValueError(
                f"{file.name}: {entry.filename}: expected up to {LARGEST} bytes, got {entry.file_size}"
            )
        names.add(entry.filename)
    return archive


def checked_picture(content: bytes) -> bytes:
    """Return the bytes of an image if they are a JPEG that a browser can show without harm.

    Raises
    ------
    ValueError
        They are something else.
    """
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(content), formats=("JPEG",)) as image:
            size = image.size
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise ValueError("a small image that is no JPEG") from error
    if max(size) > WIDEST:
        raise ValueError(f"a small image of {size[0]} x {size[1]} pixels")
    return content
