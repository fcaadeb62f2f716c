"""A digest of what something holds: equal content has an equal digest, in every process."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import numpy as np

from core.common.files import file_id

_BLOCK = 1 << 16


def content_digest(*content: object) -> str:
    """Return 32 hexadecimal digits that stand for the content.

    Parameters
    ----------
    content
        Numbers, texts, arrays of these, dataclasses, and mappings, sequences and sets of all of them. A path
        stands for what its file holds.

    Raises
    ------
    TypeError
        Something else is among it, of which nothing is known.
    """
    hasher = _Hasher()
    hasher.add(content)
    return hasher.hexdigest()


class _Hasher:
    """Feeds content to a hash; each piece says first what it is and how long: none runs into another."""

    def __init__(self) -> None:
        self._hash = hashlib.blake2b(digest_size=16)

    def hexdigest(self) -> str:
        """Return the digest of all that was added."""
        return self._hash.hexdigest()

    def add(self, content: object) -> None:
        """Add one piece of content."""
        if isinstance(content, np.ndarray):
            self._array(content)
        elif isinstance(content, str):
            self._piece("text", content.encode("utf-8", "surrogatepass"))
        elif content is None or isinstance(content, (bool, int, float, np.generic)):
            self._piece(type(content).__name__, repr(content).encode())
        elif isinstance(content, Path):
            self._piece("file", (file_id(content) if content.is_file() else str(content)).encode())
        elif dataclasses.is_dataclass(content):
            names = [each.name for each in dataclasses.fields(content)]
            self._many(type(content).__name__, [(name, getattr(content, name)) for name in names])
        elif isinstance(content, Mapping):
            self._many("mapping", list(content.items()))
        elif isinstance(content, (frozenset, set)):
            self._many("set", sorted(content))
        elif isinstance(content, Sequence):
            self._many("sequence", content)
        else:
            raise TypeError(f"cannot tell the content of {type(content).__name__}")

    def _many(self, kind: str, content: Collection[object]) -> None:
        self._piece(kind, str(len(content)).encode())
        for each in content:
            self.add(each)

    def _array(self, array: np.ndarray) -> None:
        self._piece("array", f"{array.dtype} {array.shape}".encode())
        for start in range(0, len(array) if array.ndim else 0, _BLOCK):
            block = array[start : start + _BLOCK]
            if array.dtype == object:
                self._many("objects", block.tolist())
            else:
                self._hash.update(np.ascontiguousarray(block).data)

    def _piece(self, kind: str, content: bytes) -> None:
        self._hash.update(f"{kind} {len(content)}:".encode())
        self._hash.update(content)
