"""Which words or pieces of words a head knows: their hashes, never the words themselves.

A bundle can be shared without showing a line of the catalogue it learned from, and looking hashes up needs
NumPy alone. Among 65,536 entries two have the same 64-bit hash with a chance of one in ten billion.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

import numpy as np


@lru_cache(maxsize=1 << 16)
def word_hash(word: str) -> int:
    """Return 64 bits that stand for `word`, the same on every machine."""
    return int.from_bytes(blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


@dataclass(frozen=True)
class Vocabulary:
    """Hashes of what is known; an entry's number is its place.

    Attributes
    ----------
    hashes
        uint64 (v,), ascending, each once.
    """

    hashes: np.ndarray

    @classmethod
    def learn(cls, documents: Iterable[np.ndarray], *, least: int, most: int) -> Vocabulary:
        """Keep the hashes that occur in `least` documents or more, of them the `most` frequent.

        Parameters
        ----------
        documents
            uint64 arrays, one a document; repetitions within one count once.
        """
        known, counts = np.zeros(0, np.uint64), np.zeros(0, np.int64)
        waiting: list[np.ndarray] = []
        size = 0
        for document in documents:
            waiting.append(np.unique(document))
            size += len(waiting[-1])
            if size > 1 << 22:  # merge now and then: memory stays bounded by the distinct ones
                known, counts = _merge(known, counts, waiting)
                waiting, size = [], 0
        known, counts = _merge(known, counts, waiting)
        kept = np.flatnonzero(counts >= least)
        if len(kept) > most:
            kept = np.sort(kept[np.argsort(-counts[kept], kind="stable")[:most]])
        return cls(known[kept])

    def __len__(self) -> int:
        return len(self.hashes)

    def numbers(self, hashes: np.ndarray) -> np.ndarray:
        """Return the number of each of `hashes` (uint64), int64; -1 where it is not known."""
        if not len(self.hashes):
            return np.full(len(hashes), -1, dtype=np.int64)
        places = np.minimum(np.searchsorted(self.hashes, hashes), len(self.hashes) - 1)
        return np.where(self.hashes[places] == hashes, places, -1)

    def to_text(self) -> str:
        """Return the hashes as base64 text."""
        return pack(self.hashes)

    @classmethod
    def from_text(cls, text: str) -> Vocabulary:
        """Read what `to_text` wrote."""
        return cls(unpack(text, "<u8"))


def pack(array: np.ndarray) -> str:
    """Return a numeric array as base64 text, little-endian."""
    return base64.b64encode(np.ascontiguousarray(array, array.dtype.newbyteorder("<")).tobytes()).decode()


def unpack(text: str, dtype: str) -> np.ndarray:
    """Read what `pack` wrote."""
    return np.frombuffer(base64.b64decode(text), dtype=dtype)


def _merge(
    known: np.ndarray, counts: np.ndarray, documents: list[np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    if not documents:
        return known, counts
    new, found = np.unique(np.concatenate(documents), return_counts=True)
    every, places = np.unique(np.concatenate([known, new]), return_inverse=True)
    total = np.zeros(len(every), dtype=np.int64)
    np.add.at(total, places, np.concatenate([counts, found]))
    return every, total
