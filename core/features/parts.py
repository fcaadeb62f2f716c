"""Parts of a product: its text's tokens and its image's regions, reduced so that many fit into memory.

Parts are computed when products are encoded, or kept in the feature cache; a bundle never holds them, only
the projection that reduces them.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

TOKENS = 32
"""Tokens of a text that are read, its first ones."""
REGIONS = 100
"""Regions of an image that an encoder may have to be read by parts, such as 7 x 7."""
WIDTH = 48
"""Numbers that are left of each part."""


@dataclass(frozen=True, eq=False)
class PartsProjection:
    """The principal components of an encoder's parts, which are scaled to length 1 before and after.

    Attributes
    ----------
    count
        Parts of each item; where it has fewer, the others are zeros.
    mean
        float32 (raw,): of the parts as the encoder gives them.
    basis
        float32 (raw, width).
    """

    count: int
    mean: np.ndarray
    basis: np.ndarray

    @classmethod
    def whole(cls, count: int, raw: int) -> PartsProjection:
        """Return the projection that leaves parts as they are but for their length."""
        return cls(count, np.zeros(raw, np.float32), np.eye(raw, dtype=np.float32))

    @classmethod
    def fit(cls, parts: np.ndarray, width: int = WIDTH) -> PartsProjection:
        """Learn from parts as `whole` leaves them, float (n, count, raw); zeros do not count."""
        count, raw = parts.shape[1:]
        rows = parts.reshape(-1, raw).astype(np.float32)
        rows = rows[rows.any(axis=1)]
        mean = rows.mean(axis=0)
        covariance = (rows - mean).T.astype(np.float64) @ (rows - mean)
        _, vectors = np.linalg.eigh(covariance)
        return cls(count, mean, np.ascontiguousarray(vectors[:, ::-1][:, :width], dtype=np.float32))

    @property
    def width(self) -> int:
        """Numbers of a reduced part."""
        return int(self.basis.shape[1])

    @property
    def numbers(self) -> int:
        """Numbers of all reduced parts of an item."""
        return self.count * self.width

    @property
    def identity(self) -> str:
        """16 hexadecimal digits that tell it from any other."""
        content = self.mean.tobytes() + self.basis.tobytes()
        return hashlib.sha256(f"{self.count} ".encode() + content).hexdigest()[:16]

    def reduced(self, parts: np.ndarray) -> np.ndarray:
        """Return float32 (n, count, width) of an encoder's parts, float32 (n, up to count, raw)."""
        n, given, raw = parts.shape
        there = parts.any(axis=2, keepdims=True)
        centred = np.where(there, _unit(parts) - self.mean, 0)
        result = np.zeros((n, self.count, self.width), np.float32)
        result[:, :given] = _unit((centred.reshape(-1, raw) @ self.basis).reshape(n, given, -1))
        return result


def _unit(parts: np.ndarray) -> np.ndarray:
    lengths: np.ndarray = np.linalg.norm(parts, axis=2, keepdims=True)
    return np.asarray(parts / np.maximum(lengths, np.float32(1e-12)))
