"""Encoders side by side: what several make of the same item, standardised and concatenated."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
from PIL import Image

from core.common.errors import EncoderError
from core.features.encoders.encoder import Encoder, normalised
from core.onnx.lanes import Lanes

SIGN = "+"
"""Between the members' names: ``minilm+use``."""
LEAST_SPREAD = 0.1
"""A number's least spread, in the median spread of its encoder's: one that hardly moves is mostly noise."""


class SideBySide(Encoder):
    """Several encoders of one input as one: their vectors one after the other, of length 1 together.

    Each number is standardised by training products, so that no encoder outweighs another by its spread
    alone. Until `fitted`, the vectors are concatenated as they are.

    Parameters
    ----------
    members
        Two or more encoders of the same modality.
    scaling
        float32 (2, dim): what is subtracted from each number, and by what the rest is multiplied. None: not
        fitted yet.
    """

    preprocessing = 1

    def __init__(self, members: Sequence[Encoder], scaling: np.ndarray | None = None) -> None:
        self.members = tuple(members)
        self.scaling = None if scaling is None else np.ascontiguousarray(scaling, dtype=np.float32)
        self.name = SIGN.join(member.name for member in members)
        self.modality = members[0].modality
        self.dim = sum(member.dim for member in members)
        sides = [member.side for member in members if member.side is not None]
        self.side = max(sides, default=None)
        self.precision = SIGN.join(dict.fromkeys(member.precision for member in members))
        known = hashlib.sha256()
        for member in members:
            known.update(f"{member.name} {member.weights_id} {member.preprocessing}\n".encode())
        known.update(b"" if self.scaling is None else self.scaling.tobytes())
        self.weights_id = known.hexdigest()[:16]

    @property
    def asks_service(self) -> bool:
        """Whether one of them asks a paid service over the network."""
        return any(member.asks_service for member in self.members)

    def encode(self, items: Sequence[Any]) -> np.ndarray:
        """Return float32 (n, dim), rows of length 1; items are as `prepare` returns them, or as it takes."""
        parts = [member.encode(_seen(items, at)) for at, member in enumerate(self.members)]
        return self.standardised(normalised(np.concatenate(parts, axis=1)))

    def prepare(self, image: Image.Image) -> Any:
        """Return what each member takes in place of an image, a tuple."""
        return tuple(member.prepare(image) for member in self.members)

    def visible_box(self, width: int, height: int) -> tuple[float, float, float, float]:
        """Return the part of an image that at least one of them sees: left, top, right, bottom, 0 to 1."""
        left, top, right, bottom = zip(
            *(member.visible_box(width, height) for member in self.members), strict=True
        )
        return min(left), min(top), max(right), max(bottom)

    def cost_notice(self, texts: Sequence[str]) -> str:
        """Return what the user should know of each before `texts` are encoded."""
        return "; ".join(filter(None, (member.cost_notice(texts) for member in self.members)))

    def on(self, open_lanes: Callable[[Path], Lanes], precision: str) -> Self:
        """Return these encoders with their ONNX files run by another backend."""
        return self.of([member.on(open_lanes, precision) for member in self.members])

    def of(self, members: Sequence[Encoder]) -> Self:
        """Return the same with other ways to run its members, such as another backend."""
        other = copy.copy(self)
        other.members = tuple(members)
        other.precision = SIGN.join(dict.fromkeys(member.precision for member in members))
        return other

    def fitted(self, vectors: np.ndarray) -> SideBySide:
        """Return these encoders with the means and spreads of `vectors`.

        Parameters
        ----------
        vectors
            float32 (n, dim) of training products, n > 0, as this encoder, not fitted yet, gives them.
        """
        if self.scaling is not None:
            raise ValueError("expected encoders that are not fitted yet")
        scaling = np.empty((2, self.dim), np.float32)
        start = 0
        for member in self.members:
            own = vectors[:, start : start + member.dim].astype(np.float64)
            spread = own.std(axis=0)
            least = LEAST_SPREAD * float(np.median(spread))
            scaling[0, start : start + member.dim] = own.mean(axis=0)
            # Divided by the root of their number, too: a longer vector says no more.
            whole = np.maximum(spread, least if least > 0 else 1.0) * np.sqrt(member.dim)
            scaling[1, start : start + member.dim] = 1 / whole
            start += member.dim
        return type(self)(self.members, scaling)

    def standardised(self, vectors: np.ndarray) -> np.ndarray:
        """Return concatenated vectors, float32 (n, dim), standardised and of length 1 again."""
        if self.scaling is None:
            return vectors
        return normalised((vectors - self.scaling[0]) * self.scaling[1])


def names_of(name: str) -> tuple[str, ...]:
    """Return the names of the members of ``a+b``, or of a single encoder.

    Raises
    ------
    EncoderError
        One of them is missing or stands there twice.
    """
    names = tuple(each.strip() for each in name.split(SIGN))
    if not all(names) or len(set(names)) < len(names):
        raise EncoderError(f"expected different encoders with {SIGN} between them, got '{name}'")
    return names


def _seen(items: Sequence[Any], member: int) -> list[Any]:
    return [item[member] if isinstance(item, tuple) else item for item in items]
