"""Images that a cell holds itself: ``data:`` addresses, and bare base64 of all common formats."""

from __future__ import annotations

import base64
import binascii
import re
from urllib.parse import unquote_to_bytes

# What base64 makes of the first bytes of a file, also in the alphabet for addresses.
_BEGINNINGS = {
    "image/jpeg": "[/_]9j[/_]",
    "image/png": "iVBORw0KGgo",
    "image/gif": "R0lGOD",
    "image/webp": "UklGR",
    "image/tiff": "SUkqA|TU0AK",
    "image/avif": "AAAA.{2}Z0eX",
    "image/bmp": "Qk",
}
_KINDS = {kind: re.compile(beginning) for kind, beginning in _BEGINNINGS.items()}
_SHORTEST = 60  # characters; hardly an image is smaller, but a name may be
_BASE64 = re.compile(r"[A-Za-z0-9+/_\-\s]+={0,2}\s*")
_DATA_ADDRESS = re.compile(r"\s*data:image/[^,]{0,200},", re.IGNORECASE)
DATA = re.compile(
    r"data:image/[\w.+-]{1,40}(?:;[\w=-]{1,40}){0,4},[A-Za-z0-9+/=%_.~!*'()@:&$-]+", re.IGNORECASE
)
"""An image as an address of its own data."""


def is_data(image: str) -> bool:
    """Return whether an entry of an image cell is an address of data."""
    return image.startswith("data:")


def as_data(text: str) -> str | None:
    """Return the ``data:`` address of an image in bare base64, None for any other text."""
    kind = _kind_of_base64(text)
    return None if kind is None else f"data:{kind};base64,{''.join(text.split())}"


def is_image_data(cell: str) -> bool:
    """Return whether a cell holds an image itself, instead of its name or address."""
    return _DATA_ADDRESS.match(cell) is not None or _kind_of_base64(cell) is not None


def data_bytes(cell: str) -> bytes | None:
    """Return the bytes of an image that a cell holds itself, None if they cannot be read."""
    head = _DATA_ADDRESS.match(cell)
    if head is None and _kind_of_base64(cell) is None:
        return None
    body = cell[head.end() :] if head else cell
    if head is not None and ";base64" not in head[0].lower():
        return unquote_to_bytes(body)
    if "%" in body:
        body = unquote_to_bytes(body).decode("ascii", "replace")
    body = "".join(body.split()).rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(body + "=" * (-len(body) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def _kind_of_base64(text: str) -> str | None:
    if len(text) < _SHORTEST:
        return None
    kind = next((kind for kind, beginning in _KINDS.items() if beginning.match(text)), None)
    return kind if kind is not None and _BASE64.fullmatch(text) else None
