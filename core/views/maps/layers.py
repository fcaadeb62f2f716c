"""The layers of a map of products; pure functions, no figure, no Streamlit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

SOLID = 10
"""Colours of the theme, any two of which the colour blind can tell apart."""

COLOURS = 2 * SOLID
"""At most this many categories get a look of their own: a colour, from the eleventh on as rings."""

RIGHT, WRONG, REST = "#2F86E0", "#E0701A", "#8A96A3"
"""Mid-tones that are readable on light and dark grounds; other colours come from the theme."""

BANDS = ("#7048C8", "#B2489F", "#DB5F6C", "#EE8A47", "#F0B429")
"""From low to high, each lighter than the one before, so that the order shows without the hues."""

NOT_TESTED = "not a test product"
FILTERED = "outside the filter"
GRID = 32


@dataclass(frozen=True)
class Layer:
    """Points of a map drawn in one colour, or on a scale of colours.

    Attributes
    ----------
    name
        What the legend says.
    rows
        int64 (m,): the products' rows in the catalogue.
    colour
        A CSS colour, or None for the theme's next one.
    values
        float32 (m,), 0 to 1: each point's value on the colour scale; None where all have one colour.
    pickable
        Whether its products can be picked on the map; those filtered out in the sidebar cannot.
    hollow
        Whether its points are rings instead of discs, which doubles the looks of a theme's colours.
    """

    name: str
    rows: np.ndarray
    colour: str | None = None
    values: np.ndarray | None = None
    pickable: bool = True
    hollow: bool = False

    @property
    def strength(self) -> float:
        """How far its points stand out, 0 to 1."""
        if not self.pickable:
            return 0.16
        return 0.35 if self.colour == REST else 0.8


def category_layers(
    categories: np.ndarray, rows: np.ndarray, coloured: Sequence[str], *, unknown: str = NOT_TESTED
) -> list[Layer]:
    """Split `rows` into a layer for each category in `coloured` and one for all others, which comes first.

    Parameters
    ----------
    categories
        str (n,): the category of every row of the catalogue, "" where it is not known.
    rows
        int64 (m,): the rows to draw.
    coloured
        Categories with a colour of their own, at most `COLOURS`.
    unknown
        The legend of rows whose category is unknown.
    """
    own, names = _numbered(categories[rows])
    of = {name: number for number, name in enumerate(names)}
    layers = [
        Layer(name, rows[own == of.get(name, -1)], hollow=number >= SOLID)
        for number, name in enumerate(coloured)
    ]
    missing = own == of.get("", -1)
    others = ~np.isin(own, [of[name] for name in coloured if name in of]) & ~missing
    kinds = len(np.unique(own[others]))
    if kinds:
        layers.insert(0, Layer(f"{kinds} others" if kinds > 1 else "1 other", rows[others], REST))
    if missing.any():
        layers.insert(0, Layer(unknown, rows[missing], REST))
    return layers


def _numbered(names: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return names as positions, int64 (m,), in an array of the different ones: numbers compare faster."""
    import pandas as pd

    positions, different = pd.factorize(names)
    return positions, different


def correctness_layers(true: np.ndarray, predicted: np.ndarray, rows: np.ndarray) -> list[Layer]:
    """Split `rows` into correct, wrong and, where `predicted` is "", not predicted."""
    known = predicted[rows] != ""
    right = true[rows] == predicted[rows]
    layers = [
        Layer(NOT_TESTED, rows[~known], REST),
        Layer("correct", rows[known & right], RIGHT),
        Layer("wrong", rows[known & ~right], WRONG),
    ]
    return [layer for layer in layers if len(layer.rows)]


def review_layers(answered: np.ndarray, needs_review: np.ndarray, rows: np.ndarray) -> list[Layer]:
    """Split `rows` into accepted, to be reviewed and, where there is no answer, not predicted.

    Parameters
    ----------
    answered
        int64 (m,): the rows of the catalogue with an answer.
    needs_review
        bool (m,): whether a person has to look at it.
    rows
        int64 (k,): the rows to draw.
    """
    layers = [
        Layer(NOT_TESTED, rows[~np.isin(rows, answered)], REST),
        Layer("needs no review", rows[np.isin(rows, answered[~needs_review])], RIGHT),
        Layer("needs review", rows[np.isin(rows, answered[needs_review])], WRONG),
    ]
    return [layer for layer in layers if len(layer.rows)]


def scale_layers(values: np.ndarray, rows: np.ndarray, name: str) -> list[Layer]:
    """Put `rows` on a colour scale; those without a value come first, in grey.

    Parameters
    ----------
    values
        float (n,), 0 to 1, NaN where unknown.
    rows
        int64 (m,): the rows to draw.
    name
        The legend.
    """
    known = np.isfinite(values[rows])
    shown = rows[known]
    layers = [
        Layer(NOT_TESTED, rows[~known], REST),
        Layer(name, shown, values=values[shown].astype(np.float32)),
    ]
    return [layer for layer in layers if len(layer.rows)]


def band_layers(values: np.ndarray, rows: np.ndarray) -> list[Layer]:
    """Split `rows` into up to five bands of numbers with about equally many products of the catalogue.

    Parameters
    ----------
    values
        float (n,): a number for every row of the catalogue, NaN where it is unknown.
    rows
        int64 (m,): the rows to draw.
    """
    known = values[np.isfinite(values)]
    own = values[rows]
    layers = [Layer("unknown", rows[~np.isfinite(own)], REST)]
    if len(known):
        edges = np.unique(np.quantile(known, np.linspace(0, 1, len(BANDS) + 1)[1:-1]))
        edges = edges[edges > known.min()]
        band = np.searchsorted(edges, own, side="right")
        names = [f"{low:,.6g} to {high:,.6g}" for low, high in pairwise(edges)]
        if len(edges):
            more = " or more" if known.max() > edges[-1] else ""
            names = [f"below {edges[0]:,.6g}", *names, f"{edges[-1]:,.6g}{more}"]
        else:
            names = [f"{known[0]:,.6g}"]
        step = (len(BANDS) - 1) / max(1, len(names) - 1)
        for number, name in enumerate(names):
            inside = np.isfinite(own) & (band == number)
            layers.append(Layer(name, rows[inside], BANDS[round(number * step)]))
    return [layer for layer in layers if len(layer.rows)]


def centres(coordinates: np.ndarray, layers: Iterable[Layer]) -> dict[str, np.ndarray]:
    """Find where to write each layer's name: the point in the middle of the densest part of its points.

    Of a grid of 32 cells a side over the map, the densest part is the block of three cells a side that holds
    most of the layer's points. The mean of a category in two clusters would lie in neither, and the median
    of two clusters in one block may, too: so the point nearest to it is taken.

    Parameters
    ----------
    coordinates
        float (n, 2 or 3), NaN in rows that are not on the map.
    layers
        Grey layers and empty ones get no name.

    Returns
    -------
    dict
        Name of a layer -> float (2 or 3,).
    """
    centre_of: dict[str, np.ndarray] = {}
    dims = coordinates.shape[1]
    placed = coordinates[np.isfinite(coordinates).all(axis=1)]
    if not len(placed):
        return centre_of
    low, high = placed.min(axis=0), placed.max(axis=0)
    width = np.where(high > low, high - low, 1)
    for layer in layers:
        if layer.colour == REST or layer.values is not None or not len(layer.rows):
            continue
        points = coordinates[layer.rows]
        cells = np.minimum((GRID * (points - low) / width).astype(np.int64), GRID - 1)
        blocks = np.zeros((GRID + 2,) * dims, dtype=np.int64)  # a rim of empty cells
        np.add.at(blocks, tuple(cells.T + 1), 1)
        for axis in range(dims):
            blocks = sliding_window_view(blocks, 3, axis=axis).sum(axis=-1)
        densest = np.array(np.unravel_index(int(blocks.argmax()), blocks.shape))
        block = points[(np.abs(cells - densest) <= 1).all(axis=1)]
        middle = np.median(block, axis=0)
        centre_of[layer.name] = block[np.square((block - middle) / width).sum(axis=1).argmin()]
    return centre_of
