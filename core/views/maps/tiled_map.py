"""A map of a large catalogue: what the browser may ask of it."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.views.maps.lasso import Outline, rows_inside
from core.views.maps.layers import Layer
from core.views.maps.pyramid import Pyramid
from core.views.maps.tiled_message import RINGED
from core.views.maps.tints import Tints, marks_of, tints_of


@dataclass(frozen=True, eq=False)
class TiledMap:
    """A map whose points are sent as tiles.

    Attributes
    ----------
    name
        Tells it from all other maps, also from itself under another filter.
    coordinates
        float32 (n, dims), NaN in rows that are not on it.
    layers
        What to draw, the lowest first.
    pyramid
        Its points.
    tints
        Their colours.
    """

    name: str
    coordinates: np.ndarray
    layers: Sequence[Layer]
    pyramid: Pyramid
    tints: Tints

    @classmethod
    def of(cls, name: str, coordinates: np.ndarray, layers: Sequence[Layer], pyramid: Pyramid) -> TiledMap:
        """Colour a map."""
        return cls(name, coordinates, layers, pyramid, tints_of(layers, len(coordinates)))

    def marked(self, *rows: Sequence[int] | np.ndarray) -> Tints:
        """Return the colours with products marked for which there are too many for rings."""
        many = [each for each in rows if len(each) > RINGED]
        if not many:
            return self.tints
        return replace(self.tints, of=self.tints.of | marks_of(len(self.coordinates), *many))

    def look(self, tints: Tints) -> str:
        """Return what the browser keeps colours by."""
        return f"{zlib.crc32(tints.of.tobytes()):08x}"

    def rows_at(self, places: Sequence[object]) -> list[int]:
        """Return the products at some places, those that are a place of the map."""
        known = range(len(self.pyramid.rows))
        return [int(self.pyramid.rows[place]) for place in places if type(place) is int and place in known]

    def rows_in(self, outline: Outline) -> list[int]:
        """Return the products in an outline that can be picked and are not hidden, ascending."""
        open_layers = [
            layer.rows for layer in self.layers if layer.pickable and layer.name not in outline.hidden
        ]
        rows = np.concatenate([np.empty(0, dtype=np.int64), *open_layers])
        middle = (self.pyramid.low + self.pyramid.high) / 2
        found: list[int] = np.sort(rows_inside(outline, self.coordinates, rows, middle)).tolist()
        return found

    @property
    def overview_layers(self) -> list[Layer]:
        """The layers with the points of the overview alone, for a file."""
        shown = np.zeros(len(self.coordinates), dtype=bool)
        shown[self.pyramid.overview_rows] = True
        return [
            replace(
                layer,
                rows=layer.rows[shown[layer.rows]],
                values=None if layer.values is None else layer.values[shown[layer.rows]],
            )
            for layer in self.layers
        ]
