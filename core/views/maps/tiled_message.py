"""The messages to a large map in the browser; `assets/map/types.js` says the same as types of JavaScript.

Points travel as tiles: 16 bits for each coordinate, and a byte of colour. Coordinates stay in the browser
when colours change. What is known of a product is sent when it is under the mouse.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.views.formatting import shorten, shorten_category
from core.views.maps.layers import BANDS, Layer
from core.views.maps.message import floats, layer_fields, packed, written
from core.views.maps.pyramid import Pyramid, tile_side
from core.views.maps.tints import Tints

RINGED = 40
"""Up to this many marked products get rings; if there are more, all others fade."""

AT_ONCE = 300_000
"""Points of an answer with tiles; what is left the browser asks for again."""


@dataclass(frozen=True)
class Wanted:
    """Tiles that a browser asks for.

    Attributes
    ----------
    number
        Of the request, from 1; 0 before the first one, -1 for what is sent unasked.
    places, tints
        Tiles whose coordinates and whose colours it lacks.
    """

    number: int = 0
    places: tuple[int, ...] = ()
    tints: tuple[int, ...] = ()

    @classmethod
    def read(cls, sent: Any, pyramid: Pyramid) -> Wanted:
        """Read what a browser has sent; what is no tile of the pyramid is left out."""
        if not isinstance(sent, Mapping):
            return cls()
        number = sent.get("number")
        known = range(len(pyramid.levels))
        lists = [sent.get(name) for name in ("places", "tints")]
        tiles = [
            tuple(dict.fromkeys(tile for tile in each if type(tile) is int and tile in known))
            if isinstance(each, Sequence)
            else ()
            for each in lists
        ]
        return cls(number if isinstance(number, int) else 0, *tiles)


def tiles_message(
    points: str,
    look: str,
    pyramid: Pyramid,
    wanted: Wanted,
    tints: np.ndarray | None = None,
    *,
    at_once: int = AT_ONCE,
) -> bytes:
    """Return the message with tiles: at least one if any is wanted, and then no more points than `at_once`.

    Parameters
    ----------
    points, look
        What coordinates and what colours are kept by.
    pyramid
        The map.
    wanted
        Which tiles.
    tints
        uint8 (n,): the byte of each product; None for coordinates alone.
    at_once
        Points of the answer.
    """
    places = _bounded(pyramid, wanted.places, at_once)
    coloured = _bounded(pyramid, wanted.tints, at_once) if tints is not None else places[:0]
    message = {
        "kind": "tiles",
        "points": points,
        "look": look,
        "number": wanted.number,
        "places_of": _lengths(pyramid, places),
        "places": packed(pyramid.steps[pyramid.places(places)], "<u2"),
        "tints_of": _lengths(pyramid, coloured),
        "tints": packed([] if tints is None else tints[pyramid.rows[pyramid.places(coloured)]], "u1"),
    }
    return written(message)


def _lengths(pyramid: Pyramid, tiles: np.ndarray) -> list[tuple[int, int]]:
    """Return number and count of points of some tiles."""
    return list(zip(tiles.tolist(), np.diff(pyramid.starts)[tiles].tolist(), strict=True))


def _bounded(pyramid: Pyramid, tiles: Sequence[int], most: int) -> np.ndarray:
    """Return the first of some tiles, at least one and as many as hold `most` points, int64 (k,)."""
    chosen = np.asarray(tiles, dtype=np.int64)
    held = np.cumsum(np.diff(pyramid.starts)[chosen])
    return chosen[: max(1, int((held <= most).sum()))]


def product_message(points: str, place: int, name: str, notes: Iterable[str], image: str) -> bytes:
    """Say what is known of the product at a place of a map, -1 for none; `image` is an address or ""."""
    known = {"row": place, "name": name, "notes": list(notes), "image": image}
    return written({"kind": "product", "points": points, **known})


def tiled_map_message(
    layers: Sequence[Layer],
    tints: Tints,
    pyramid: Pyramid,
    *,
    points: str,
    look: str,
    view: str,
    alt: str,
    names: Mapping[str, np.ndarray],
    picked: np.ndarray,
    matches: np.ndarray,
    stars: Mapping[str, Sequence[float]],
    coordinates: np.ndarray,
    height: int | None,
    file: str,
) -> bytes:
    """Return the message that says how a large map looks, with the colours of the overview.

    Parameters
    ----------
    layers
        What to draw, the lowest first.
    tints
        The colours of the products, with those marked that are to stay bright while others fade.
    pyramid
        The map.
    points, look
        What its coordinates and its colours are kept by.
    view
        What the part that the visitor looks at is kept by.
    alt, names, stars, height, file
        As in `core.views.maps.message.map_message`.
    picked, matches
        int (k,): rows to mark; more than `RINGED` are not ringed.
    coordinates
        float (n, dims).
    """
    rings = {"picked": picked, "matches": matches}
    message = {
        "kind": "tiled",
        "points": points,
        "look": look,
        "view": view,
        "dims": coordinates.shape[1],
        "alt": alt,
        "low": floats(pyramid.low),
        "high": floats(pyramid.high),
        "sides": [
            tile_side(coordinates.shape[1], level) for level in range(int(pyramid.levels.max(initial=0)) + 1)
        ],
        "levels": packed(pyramid.levels, "u1"),
        "cells": packed(pyramid.cells, "<u2"),
        "starts": packed(pyramid.starts, "<i4"),
        "layers": [layer_fields(layer) for layer in layers],
        "meanings": tints.meanings,
        "overview": packed(tints.of[pyramid.rows[pyramid.places(pyramid.overview)]], "u1"),
        "scale": BANDS,
        "names": [[shorten_category(name), *floats(at)] for name, at in names.items()],
        "stars": [[shorten(name), *floats(at)] for name, at in stars.items()],
        "rings": {kind: _rings(pyramid, rows, coordinates) for kind, rows in rings.items()},
        "fades": any(len(rows) > RINGED for rows in rings.values()),
        "picked": len(picked),
        "height": height,
        "file": file,
    }
    return written(message)


def _rings(pyramid: Pyramid, rows: np.ndarray, coordinates: np.ndarray) -> list[list[float]]:
    """Return place and coordinates of each of a few products on the map."""
    if not 0 < len(rows) <= RINGED:
        return []
    places = pyramid.places_of(rows.tolist())
    return [[int(place), *floats(coordinates[pyramid.rows[place]])] for place in places]
