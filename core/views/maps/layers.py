"""The layers of a map of products; pure functions, no figure, no Streamlit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

COLOURS = 10
"""How many categories get a colour of their own; more cannot be told apart by everybody."""

RIGHT, WRONG, REST = "#2F86E0", "#E0701A", "#8A96A3"
"""Mid-tones that read on a light and on a dark ground; other colours come from the theme."""

BANDS = ("#7048C8", "#B2489F", "#DB5F6C", "#EE8A47", "#F0B429")
"""From low to high: each lighter than the one before, so that the order shows without seeing the hues."""

OUTSIDE = "not in the test part"
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
        float32 (m,), 0 to 1: each point's place on the scale of colours; None where all have one colour.
    pickable
        Whether its products can be picked on the map; those that the sidebar filters out cannot.
    """

    name: str
    rows: np.ndarray
    colour: str | None = None
    values: np.ndarray | None = None
    pickable: bool = True

    @property
    def strength(self) -> float:
        """How far its points stand out, 0 to 1."""
        if not self.pickable:
            return 0.16
        return 0.35 if self.colour == REST else 0.8


def category_layers(
    categories: np.ndarray, rows: np.ndarray, coloured: Sequence[str], *, unknown: str = OUTSIDE
) -> list[Layer]:
    """Split `rows` into one layer for each category in `coloured` and one for all others, which comes first.

    Parameters
    ----------
    categories
        str (n,): the category of every row of the catalogue, "" where it is not known.
    rows
        int64 (m,): the rows to draw.
    coloured
        Categories with a colour of their own, at most `COLOURS`.
    unknown
        What the legend says of rows whose category is not known.
    """
    own = categories[rows]
    layers = [Layer(name, rows[own == name]) for name in coloured]
    missing = own == ""
    others = ~np.isin(own, list(coloured)) & ~missing
    kinds = len(set(own[others]))
    if kinds:
        layers.insert(0, Layer(f"{kinds} others" if kinds > 1 else "1 other", rows[others], REST))
    if missing.any():
        layers.insert(0, Layer(unknown, rows[missing], REST))
    return layers


def verdict_layers(true: np.ndarray, predicted: np.ndarray, rows: np.ndarray) -> list[Layer]:
    """Split `rows` into right, wrong and, where `predicted` is "", not predicted."""
    known = predicted[rows] != ""
    right = true[rows] == predicted[rows]
    layers = [
        Layer(OUTSIDE, rows[~known], REST),
        Layer("right", rows[known & right], RIGHT),
        Layer("wrong", rows[known & ~right], WRONG),
    ]
    return [layer for layer in layers if len(layer.rows)]


def scale_layers(values: np.ndarray, rows: np.ndarray, name: str) -> list[Layer]:
    """Put `rows` on a scale of colours; those without a value come first, in grey.

    Parameters
    ----------
    values
        float (n,), 0 to 1, NaN where not known.
    """
    known = np.isfinite(values[rows])
    shown = rows[known]
    layers = [
        Layer(OUTSIDE, rows[~known], REST),
        Layer(name, shown, values=values[shown].astype(np.float32)),
    ]
    return [layer for layer in layers if len(layer.rows)]


def band_layers(values: np.ndarray, rows: np.ndarray) -> list[Layer]:
    """Split `rows` into up to five bands of numbers, each with about as many products of the catalogue.

    Parameters
    ----------
    values
        float (n,): a number for every row of the catalogue, NaN where it is not known.
    """
    known = values[np.isfinite(values)]
    own = values[rows]
    layers = [Layer("not known", rows[~np.isfinite(own)], REST)]
    if len(known):
        edges = np.unique(np.quantile(known, np.linspace(0, 1, len(BANDS) + 1)[1:-1]))
        edges = edges[edges > known.min()]
        band = np.searchsorted(edges, own, side="right")
        names = [f"{low:,.6g} to {high:,.6g}" for low, high in pairwise(edges)]
        if len(edges):
            names = [f"under {edges[0]:,.6g}", *names, f"{edges[-1]:,.6g} and more"]
        else:
            names = [f"{known[0]:,.6g}"]
        step = (len(BANDS) - 1) / max(1, len(names) - 1)
        for number, name in enumerate(names):
            inside = np.isfinite(own) & (band == number)
            layers.append(Layer(name, rows[inside], BANDS[round(number * step)]))
    return [layer for layer in layers if len(layer.rows)]


def centres(coordinates: np.ndarray, layers: Iterable[Layer]) -> dict[str, np.ndarray]:
    """Find where to write each layer's name: the median of the densest part of its points.

    Of a grid of 32 cells a side over the map, the densest part is the block of three by three cells that
    holds most of the layer's points: the mean of a category in two heaps would lie in neither.

    Parameters
    ----------
    coordinates
        float (n, 2), NaN in rows that are not on the map.
    layers
        Grey layers and empty ones get no name.

    Returns
    -------
    dict
        Name of a layer -> float (2,).
    """
    found: dict[str, np.ndarray] = {}
    placed = coordinates[np.isfinite(coordinates).all(axis=1)]
    if not len(placed):
        return found
    low, high = placed.min(axis=0), placed.max(axis=0)
    width = np.where(high > low, high - low, 1)
    for layer in layers:
        if layer.colour == REST or layer.values is not None or not len(layer.rows):
            continue
        points = coordinates[layer.rows]
        cells = np.minimum((GRID * (points - low) / width).astype(np.int64), GRID - 1)
        counts = np.zeros((GRID + 2, GRID + 2), dtype=np.int64)  # a rim of empty cells
        np.add.at(counts, (cells[:, 0] + 1, cells[:, 1] + 1), 1)
        blocks = sum(
            np.roll(counts, (dx, dy), axis=(0, 1))[1:-1, 1:-1] for dx in (-1, 0, 1) for dy in (-1, 0, 1)
        )
        densest = np.array(np.unravel_index(blocks.argmax(), blocks.shape))
        inside = (np.abs(cells - densest) <= 1).all(axis=1)
        found[layer.name] = np.median(points[inside], axis=0)
    return found
