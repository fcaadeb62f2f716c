"""The hash by which images are compared."""

from __future__ import annotations

import hashlib


def bytes_digest(content: bytes) -> str:
    """Return the BLAKE2b hash of `content`, 32 hexadecimal digits."""
    return hashlib.blake2b(content, digest_size=16).hexdigest()
