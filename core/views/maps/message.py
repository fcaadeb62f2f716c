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
    return written({"kind": "points", "id": name, "coordinates": packed(coordinates, "<f4")})


def texts_message(name: str, table: pd.DataFrame) -> bytes:
    """Return the message with the names of the products (ids where they have none) and their categories."""
    categories, of = np.unique(table["category"].to_numpy(dtype=str), return_inverse=True)
    message = {
        "kind": "texts",
        "id": name,
        "names": short_names(table).tolist(),
        "categories": categories.tolist(),
        "category_of": packed(of, "<u2"),
    }
    return written(message)


def image_message(row: int, image: str) -> bytes:
    """Show the product under the mouse: its row, -1 for none, and its image's address, "" for none."""
    return written({"kind": "image", "row": row, "image": image})


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
    height: int | None = None,
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
        Names to write on the map -> float (dims,), where.
    picked, matches
        Rows to mark: picked ones, and those that the search has found. A few get rings, circles and diamonds;
        if there are many, all others fade.
    stars
        Name of a product that is not in the catalogue -> its coordinates.
    height
        Pixels; None fills the window.
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
        "layers": [layer_fields(layer) for layer in layers],
        "layer_of": packed(layer_of, "u1"),
        "values": packed(values, "<f4") if scaled else None,
        "scale": BANDS,
        "names": [[shorten_category(name), *floats(at)] for name, at in (names or {}).items()],
        "stars": [[shorten(name), *floats(at)] for name, at in (stars or {}).items()],
        "picked": packed(picked, "<i4"),
        "matches": packed(matches, "<i4"),
        "height": height,
        "images": images,
        "file": file,
    }
    return written(message)


def layer_fields(layer: Layer) -> dict[str, Any]:
    """Return what a message says of a layer."""
    return {
        "name": layer.name,
        "count": len(layer.rows),
        "colour": layer.colour,
        "strength": layer.strength,
        "scaled": layer.values is not None,
        "pickable": layer.pickable,
        "hollow": layer.hollow,
    }


def floats(position: Iterable[float]) -> list[float]:
    """Return a position as JSON has it."""
    return [float(value) for value in position]


def packed(values: Any, kind: str) -> str:
    """Return numbers of a numpy type as base64."""
    return base64.b64encode(np.asarray(values, dtype=kind).tobytes()).decode()


def written(message: dict[str, Any]) -> bytes:
    """Return a message as it is sent."""
    return json.dumps(message, separators=(",", ":"), allow_nan=False).encode()
