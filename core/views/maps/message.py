"""The messages to the map in the browser; `assets/map/types.js` says the same as types of JavaScript.

Coordinates and texts are sent once and kept there; a change of colours sends one byte per product.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from core.views.formatting import shorten, shorten_category
from core.views.maps.hover_texts import short_names
from core.views.maps.layers import BANDS, Layer

if TYPE_CHECKING:
    import pandas as pd

NOWHERE = 255
"""The layer of a product that is in none."""


def points_message(name: str, coordinates: np.ndarray) -> bytes:
    """Return the message with the coordinates of the products.

    Parameters
    ----------
    name
        What to keep this by.
    coordinates
        float (n, 2 or 3), NaN in rows that are not on the map.
    """
    return _written({"kind": "points", "id": name, "coordinates": _packed(coordinates, "<f4")})


def texts_message(name: str, table: pd.DataFrame) -> bytes:
    """Return the message with the names of the products (ids where they have none) and their categories."""
    categories, of = np.unique(table["category"].to_numpy(dtype=str), return_inverse=True)
    message = {
        "kind": "texts",
        "id": name,
        "names": short_names(table).tolist(),
        "categories": categories.tolist(),
        "category_of": _packed(of, "<u2"),
    }
    return _written(message)


def image_message(row: int, image: str) -> bytes:
    """Show the product under the mouse: its row, -1 for none, and its image's address, "" for none."""
    return _written({"kind": "image", "row": row, "image": image})


def map_message(
    layers: Sequence[Layer],
    n: int,
    *,
    points: str,
    texts: str,
    dims: int,
    alt: str,
    names: Mapping[str, np.ndarray] | None = None,
    picked: Sequence[int] = (),
    matches: Sequence[int] = (),
    stars: Mapping[str, Sequence[float]] | None = None,
    drag: str = "lasso",
    height: int = 620,
    images: bool = False,
    file: str = "map",
) -> bytes:
    """Return the message that says how a map looks.

    Parameters
    ----------
    layers
        What to draw, the lowest first; at most 255.
    n
        Products in the catalogue.
    points, texts
        What coordinates and texts are kept by.
    dims
        2 or 3.
    alt
        What the map shows, for those who cannot see it.
    names
        Names to write on a flat map -> float (2,), where.
    picked, matches
        Rows to mark: picked ones, and those that the search has found. A few get rings, circles and diamonds;
        if there are many, all others fade.
    stars
        Name of a product that is not in the catalogue -> its coordinates.
    drag
        What the mouse does when moved: lasso, box or pan.
    height
        Pixels.
    images
        Whether the map may ask for the image of the product under the mouse.
    file
        Name of the file, without ending, when saved as a picture.
    """
    layer_of = np.full(n, NOWHERE, dtype=np.uint8)
    values = np.zeros(n, dtype=np.float32)
    scaled = any(layer.values is not None for layer in layers)
    for number, layer in enumerate(layers):
        layer_of[layer.rows] = number
        if layer.values is not None:
            values[layer.rows] = layer.values
    message = {
        "kind": "map",
        "points": points,
        "texts": texts,
        "dims": dims,
        "alt": alt,
        "layers": [_layer(layer) for layer in layers],
        "layer_of": _packed(layer_of, "u1"),
        "values": _packed(values, "<f4") if scaled else None,
        "scale": BANDS,
        "names": [[shorten_category(name), *_floats(at)] for name, at in (names or {}).items()]
        if dims == 2
        else [],
        "stars": [[shorten(name), *_floats(at)] for name, at in (stars or {}).items()],
        "picked": _packed(picked, "<i4"),
        "matches": _packed(matches, "<i4"),
        "drag": drag,
        "height": height,
        "images": images,
        "file": file,
    }
    return _written(message)


def _layer(layer: Layer) -> dict[str, Any]:
    return {
        "name": layer.name,
        "count": len(layer.rows),
        "colour": layer.colour,
        "strength": layer.strength,
        "scaled": layer.values is not None,
        "pickable": layer.pickable,
    }


def _floats(position: Iterable[float]) -> list[float]:
    return [float(value) for value in position]


def _packed(values: Any, kind: str) -> str:
    return base64.b64encode(np.asarray(values, dtype=kind).tobytes()).decode()


def _written(message: dict[str, Any]) -> bytes:
    return json.dumps(message, separators=(",", ":"), allow_nan=False).encode()
