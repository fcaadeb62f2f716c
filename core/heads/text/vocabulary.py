"""The words or n-grams a head knows, as hashes: the words themselves are not stored.

A bundle can thus be shared without showing the texts it was trained on, and looking up hashes needs NumPy
alone. The chance that two of 65,536 entries have the same 64-bit hash is one in ten billion.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

import numpy as np


@lru_cache(maxsize=1 << 16)
def word_hash(word: str) -> int:
    """Return a 64-bit hash of `word`, the same on every machine."""
    return int.from_bytes(blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def hashes_of(words: Sequence[str]) -> np.ndarray:
    """Return `word_hash` of each word, uint64 (n,)."""
    return np.array([word_hash(word) for word in words], dtype=np.uint64)


@dataclass(frozen=True)
class Vocabulary:
    """The hashes of all known words or n-grams; the number of an entry is its position.

    Attributes
    ----------
    hashes
        uint64 (v,), ascending, without duplicates.
    """

    hashes: np.ndarray

    @classmethod
    def learn(
        cls, documents: Iterable[np.ndarray], *, least: int, most: int, at_once: int = 1 << 22
    ) -> Vocabulary:
        """Keep the hashes that occur in `least` documents or more, and of those the `most` frequent.

        Parameters
        ----------
        documents
            uint64 arrays of one or more documents each: a hash as often as there are documents with it.
        least
            Documents an entry occurs in, at least.
        most
            Entries kept, at most.
        at_once
            Hashes collected before they are merged: memory stays bounded by the number of distinct ones.
        """
        return cls.counted(documents, least=least, most=most, at_once=at_once)[0]

    @classmethod
    def counted(
        cls, documents: Iterable[np.ndarray], *, least: int, most: int, at_once: int = 1 << 22
    ) -> tuple[Vocabulary, np.ndarray]:
        """Return what `learn` does, and how many documents hold each entry, int64 (v,)."""
        entries, counts = np.zeros(0, np.uint64), np.zeros(0, np.int64)
        waiting: list[np.ndarray] = []
        size = 0
        for document in documents:
            waiting.append(document)
            size += len(document)
            if size > at_once:
                entries, counts = _merge(entries, counts, waiting)
                waiting, size = [], 0
        entries, counts = _merge(entries, counts, waiting)
        kept = np.flatnonzero(counts >= least)
        if len(kept) > most:
            kept = np.sort(kept[np.argsort(-counts[kept], kind="stable")[:most]])
        return cls(entries[kept]), counts[kept]

    def __len__(self) -> int:
        return len(self.hashes)

    def numbers(self, hashes: np.ndarray) -> np.ndarray:
        """Return the number of each of `hashes` (uint64), int64; -1 for an unknown one."""
        if not len(self.hashes):
            return np.full(len(hashes), -1, dtype=np.int64)
        positions = np.minimum(np.searchsorted(self.hashes, hashes), len(self.hashes) - 1)
        return np.where(self.hashes[positions] == hashes, positions, -1)

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
    entries: np.ndarray, counts: np.ndarray, documents: list[np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Add the entries of further documents to those counted so far."""
    if not documents:
        return entries, counts
    new, new_counts = np.unique(np.concatenate(documents), return_counts=True)
    merged, positions = np.unique(np.concatenate([entries, new]), return_inverse=True)
    total = np.zeros(len(merged), dtype=np.int64)
    np.add.at(total, positions, np.concatenate([counts, new_counts]))
    return merged, total
