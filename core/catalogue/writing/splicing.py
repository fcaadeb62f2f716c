"""Change some bytes of an XML document, and leave all others as they are."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

Edit = tuple[int, int, bytes]
"""Start, end, and what stands between them now."""


def spliced(data: bytes, edits: Iterable[Edit]) -> bytes:
    """Return the bytes with all edits made; they must not overlap."""
    parts, done = [], 0
    for start, end, new in sorted(edits, key=lambda edit: edit[:2]):
        parts += [data[done:start], new]
        done = end
    return b"".join([*parts, data[done:]])


def element(name: str, text: str) -> bytes:
    """Return an element with a text."""
    return f"<{name}>{escape(text, quote=False)}</{name}>".encode()
