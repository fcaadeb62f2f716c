"""The protocol of readers, and running a head on a few products at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol

import numpy as np

from core.heads.inputs import Inputs
from core.heads.key import HeadKey

Feeds = dict[str, np.ndarray]
"""A head's inputs: name -> array with one row per product."""


class Reader(Protocol):
    """Turns products into the inputs of one head; stored in the head's file."""

    @property
    def rows_at_once(self) -> int:
        """How many products can be read together without the arrays growing large."""
        ...

    @property
    def members(self) -> tuple[HeadKey, ...]:
        """The heads whose probabilities are read."""
        ...

    def __call__(self, inputs: Inputs) -> Feeds:
        """Return the head's inputs by name, n rows each."""
        ...

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON; `core.heads.readers.kinds.reader_from_dict` reads it."""
        ...


def in_slices(reader: Reader, inputs: Inputs) -> Iterator[Feeds]:
    """Yield what `reader` makes of the products, `reader.rows_at_once` of them at a time."""
    for start in range(0, len(inputs), reader.rows_at_once):
        stop = min(start + reader.rows_at_once, len(inputs))
        whole = stop - start == len(inputs)
        yield reader(inputs if whole else inputs.take(np.arange(start, stop)))


def predict_in_slices(
    reader: Reader, inputs: Inputs, predict: Callable[[Feeds], np.ndarray], n_classes: int
) -> np.ndarray:
    """Return probabilities, (n, n_classes), predicted for some products at a time.

    `predict` is never called for no products at all, which some ONNX operators refuse.
    """
    parts = [predict(feeds) for feeds in in_slices(reader, inputs)]
    if len(parts) == 1:
        return parts[0]
    return np.concatenate(parts) if parts else np.zeros((0, n_classes), dtype=np.float32)
