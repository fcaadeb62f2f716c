"""A small map with a product that is not in the catalogue, among those that are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from core.bundle.projection import Projection
from core.bundle.reader import Bundle
from core.views.maps.hover_texts import hover_texts
from core.views.maps.layers import category_layers, centres
from core.views.maps.map_figure import product_map

AROUND = 6000
"""At most this many products of the catalogue are drawn: enough for the shape of the map."""


def placement_figure(
    bundle: Bundle,
    projection: Projection,
    at: Sequence[float],
    name: str = "your product",
    *,
    coloured: Sequence[str] = (),
    near: Sequence[int] = (),
    height: int = 400,
) -> go.Figure:
    """Draw a product among up to 6,000 products of the catalogue, a seeded sample.

    Parameters
    ----------
    bundle, projection
        Whose map.
    at
        What `core.views.maps.placement.place` returns.
    name
        What to write beside the star.
    coloured
        The likely categories: those with a colour and a name of their own, at most
        `core.views.maps.layers.COLOURS`.
    near
        Rows to mark, at most `RINGED`: its nearest products.
    height
        Pixels.
    """
    coordinates = bundle.coordinates(projection.modality, projection.method, projection.dims)
    drawn = np.flatnonzero(np.isfinite(coordinates).all(axis=1))
    rows = np.sort(np.random.default_rng(0).permutation(drawn)[:AROUND])
    layers = category_layers(bundle.table["category"].to_numpy(dtype=object), rows, coloured)
    layers = [layer for layer in layers if len(layer.rows)]
    names = _clear_of(at, centres(coordinates, layers), coordinates[rows]) if projection.dims == 2 else None
    figure = product_map(
        coordinates,
        layers,
        hover_texts(bundle.table),
        names=names,
        marked={"found": near},
        marked_points={name: at},
        height=height,
    )
    return figure.update_layout(showlegend=projection.dims == 3)


def _clear_of(
    at: Sequence[float], names: Mapping[str, np.ndarray], coordinates: np.ndarray
) -> dict[str, np.ndarray]:
    """Move names that would cover the position `at` down by a tenth of the map."""
    size = np.ptp(coordinates, axis=0)
    down = np.array([0, -0.1 * size[1]])
    covers = {
        name: (np.abs(position - at) < [0.1 * size[0], 0.05 * size[1]]).all()
        for name, position in names.items()
    }
    return {name: position + down if covers[name] else position for name, position in names.items()}
