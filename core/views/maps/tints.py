"""A byte of colour for each product: a position in a list of layers and values, and whether it is marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.views.maps.layers import Layer

MARKED = 128
"""The bit of products that stay bright while all others fade."""

NOWHERE = 127
"""The byte of a product that is in no layer, and not drawn."""

SHADES = 64
"""Steps of a colour scale."""


@dataclass(frozen=True, eq=False)
class Tints:
    """The colours of a map's products.

    Attributes
    ----------
    of
        uint8 (n,): each product's position in `meanings`, or `NOWHERE`.
    meanings
        The layer of a colour, and its value, 0 to 1, where the layer is on a scale.
    """

    of: np.ndarray
    meanings: Sequence[tuple[int, float | None]]


def tints_of(layers: Sequence[Layer], n: int) -> Tints:
    """Return the colours of n products.

    Raises
    ------
    ValueError
        More layers than a byte can tell apart.
    """
    of = np.full(n, NOWHERE, dtype=np.uint8)
    meanings: list[tuple[int, float | None]] = []
    for number, layer in enumerate(layers):
        start = len(meanings)
        if layer.values is None:
            meanings.append((number, None))
            of[layer.rows] = start
        else:
            meanings += [(number, shade / (SHADES - 1)) for shade in range(SHADES)]
            of[layer.rows] = start + np.rint(layer.values * (SHADES - 1)).astype(np.uint8)
        if len(meanings) > NOWHERE:
            raise ValueError(f"expected up to {NOWHERE} colours, got {len(meanings)}")
    return Tints(of, meanings)


def marks_of(n: int, *marked: Sequence[int] | np.ndarray) -> np.ndarray:
    """Return `MARKED` for each product in any of some sequences of rows, 0 for others, uint8 (n,)."""
    marks = np.zeros(n, dtype=np.uint8)
    for rows in marked:
        marks[np.asarray(rows, dtype=np.int64)] = MARKED
    return marks
