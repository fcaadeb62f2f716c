"""Images that a cell holds itself: ``data:`` addresses, and bare base64 of JPEG, PNG, GIF, WebP and TIFF."""

from __future__ import annotations

import base64
import binascii
import re
from urllib.parse import unquote_to_bytes

# The first characters that base64 makes of the first bytes of a file.
_MAGIC = {
    "/9j/": "image/jpeg",
    "iVBORw0KGgo": "image/png",
    "R0lGODlh": "image/gif",
    "R0lGODdh": "image/gif",
    "UklGR": "image/webp",
    "SUkqA": "image/tiff",
    "TU0AK": "image/tiff",
}
_SHORTEST = 60  # characters; the smallest GIF has 26 bytes, other images more
_BASE64 = re.compile(r"[A-Za-z0-9+/_\-\s]+={0,2}\s*")
DATA = re.compile(
    r"data:image/[\w.+-]{1,40}(?:;[\w=-]{1,40}){0,4},[A-Za-z0-9+/=%_.~!*'()@:&$-]+", re.IGNORECASE
)
"""An image as an address of its own data."""


def is_data(image: str) -> bool:
    """Return whether an entry of an image cell holds the image itself."""
    return image.startswith("data:")


def as_data(text: str) -> str | None:
    """Return the ``data:`` address of an image in bare base64, None for any other text."""
    if len(text) < _SHORTEST or not text.startswith(tuple(_MAGIC)) or not _BASE64.fullmatch(text):
        return None
    kind = next(kind for magic, kind in _MAGIC.items() if text.startswith(magic))
    return f"data:{kind};base64,{''.join(text.split())}"


def data_bytes(image: str) -> bytes | None:
    """Return the bytes of an image that a ``data:`` address holds, None if they cannot be read."""
    head, comma, body = image.partition(",")
    if not comma or not is_data(head):
        return None
    if not head.lower().endswith(";base64"):
        return unquote_to_bytes(body)
    if "%" in body:
        body = unquote_to_bytes(body).decode("ascii", "replace")
    body = "".join(body.split()).rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(body + "=" * (-len(body) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
