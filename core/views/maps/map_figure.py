"""A map of products as a plotly figure, as it is saved.

What is explored on the page is drawn by a component of our own, which `core.ui` wraps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.common.escaping import plotly, plotly_3d
from core.views.charts import sized
from core.views.formatting import shorten, shorten_category
from core.views.maps.layers import BANDS, Layer

RINGS = {"picked": ("circle-open", "#D6249F"), "found": ("diamond-open", "#E03131")}
"""Kind of mark on top of the points -> shape and colour; the shapes differ for the colour blind."""

RINGED = 40
"""At most this many products get rings; if more are marked, all others fade instead."""

YOURS = {"symbol": "star", "color": "#D6249F", "size": 17, "line": {"width": 1.5, "color": "#FFFFFF"}}
"""The look of a product that is not in the catalogue."""

SCALE = [[number / (len(BANDS) - 1), colour] for number, colour in enumerate(BANDS)]


def product_map(
    coordinates: np.ndarray,
    layers: Sequence[Layer],
    hover: np.ndarray,
    *,
    names: Mapping[str, np.ndarray] | None = None,
    marked: Mapping[str, Sequence[int]] | None = None,
    marked_points: Mapping[str, Sequence[float]] | None = None,
    height: int = 620,
) -> go.Figure:
    """Draw a map of products, a point each, whose custom data is its row.

    Parameters
    ----------
    coordinates
        float32 (n, 2 or 3), NaN in rows that are not on the map.
    layers
        What to draw, the lowest first.
    hover
        (n,) objects: short texts.
    names
        Names to write on a flat map -> float (2,), where.
    marked
        One of `RINGS` -> rows to mark, with rings, or if there are many by fading all others.
    marked_points
        Name of a product that is not in the catalogue -> its coordinates, (2,) or (3,): drawn as a star.
    height
        Pixels.
    """
    flat = coordinates.shape[1] == 2
    shown = sum(len(layer.rows) for layer in layers)
    size = float(np.clip(11 - 1.9 * np.log10(max(shown, 1)), 2.5, 9)) * (1 if flat else 0.6)
    marks = {kind: np.asarray(rows, dtype=np.int64) for kind, rows in (marked or {}).items()}
    many = [rows for rows in marks.values() if len(rows) > RINGED] if flat else []
    bright = np.unique(np.concatenate(many)) if many else None
    figure = go.Figure([_points(coordinates, layer, hover, size, bright) for layer in layers])
    for kind, rows in marks.items():
        if len(rows) <= RINGED:
            figure.add_traces(_rings(coordinates, kind, rows, hover, size))
    figure.add_traces([_star(name, at) for name, at in (marked_points or {}).items()])
    if flat:
        written = [_written(name, float(at[0]), float(at[1])) for name, at in (names or {}).items()]
        starred = [_pointed_at(name, *at) for name, at in (marked_points or {}).items()]
        figure.update_layout(annotations=written + starred)
    hidden = {"visible": False}
    figure.update_layout(
        dragmode="pan" if flat else "orbit",
        legend={"orientation": "h", "y": -0.02, "yanchor": "top", "x": 0, "itemsizing": "constant"},
        xaxis=hidden,
        yaxis=hidden,
        scene={"xaxis": hidden, "yaxis": hidden, "zaxis": hidden, "aspectmode": "cube"},
    )
    return sized(figure, height)


def _points(
    coordinates: np.ndarray, layer: Layer, hover: np.ndarray, size: float, bright: np.ndarray | None
) -> Any:
    marker: dict[str, Any] = {"size": size, "opacity": layer.strength}
    if layer.colour:
        marker["color"] = layer.colour
    if layer.hollow:
        marker["symbol"] = "circle-open"
    if layer.values is not None:
        bar = {"thickness": 10, "len": 0.6, "tickformat": ".0%", "title": {"text": plotly(layer.name)}}
        marker |= {"color": layer.values, "colorscale": SCALE, "cmin": 0, "cmax": 1, "colorbar": bar}
    fade = {} if bright is None else {"selectedpoints": np.flatnonzero(np.isin(layer.rows, bright)).tolist()}
    return _trace(
        coordinates[layer.rows],
        name=f"{plotly(shorten_category(layer.name))} ({len(layer.rows):,})",
        marker=marker,
        showlegend=layer.values is None,
        customdata=layer.rows.astype(np.int32),
        text=hover[layer.rows],
        hovertemplate="%{text}<extra></extra>"
        if layer.values is None
        else "%{text}<br>confidence %{marker.color:.1%}<extra></extra>",
        **fade,
    )


def _rings(coordinates: np.ndarray, kind: str, rows: np.ndarray, hover: np.ndarray, size: float) -> list[Any]:
    rows = rows[np.isfinite(coordinates[rows]).all(axis=1)]
    if not len(rows):
        return []
    shape, colour = RINGS[kind]
    trace = _trace(
        coordinates[rows],
        name=f"{kind} ({len(rows):,})",
        marker={"symbol": shape, "color": colour, "size": size + 7, "line": {"width": 2, "color": colour}},
        customdata=rows.astype(np.int32),
        text=hover[rows],
        hovertemplate="%{text}<extra></extra>",
    )
    return [trace]


def _star(name: str, at: Sequence[float]) -> Any:
    # There are no stars in three dimensions, and no notes beside them.
    flat = len(at) == 2
    trace = _trace(
        np.asarray([at], dtype=np.float32),
        name=f"★ {plotly(shorten(name))}",
        marker=YOURS if flat else YOURS | {"symbol": "diamond", "size": 8},
        hovertemplate=f"{plotly(shorten(name))}<extra></extra>",
    )
    return trace if flat else trace.update(mode="markers+text", text=[plotly_3d(shorten(name))])


def _trace(points: np.ndarray, **more: Any) -> Any:
    # float32 arrays travel as base64, 4 bytes a number
    axes = dict(zip("xyz", points.astype(np.float32).T, strict=False))
    return (go.Scattergl if len(axes) == 2 else go.Scatter3d)(**axes, mode="markers", **more)


def _written(name: str, x: float, y: float) -> dict[str, Any]:
    """Return a name on a dark plate, readable on points of any colour and on light and dark grounds."""
    return {
        "x": float(x),
        "y": float(y),
        "text": plotly(shorten_category(name)),
        "showarrow": False,
        "font": {"size": 12, "color": "#FFFFFF"},
        "bgcolor": "rgba(23,34,46,0.78)",
        "borderpad": 2,
    }


def _pointed_at(name: str, x: float, y: float) -> dict[str, Any]:
    """Return a name above a point with a line to it, clear of the names written there."""
    line = {
        "showarrow": True,
        "arrowhead": 0,
        "arrowcolor": YOURS["color"],
        "ax": 0,
        "ay": -44,
        "standoff": 7,
    }
    return (
        _written(name, x, y) | line | {"bgcolor": YOURS["color"], "text": f"<b>★ {plotly(shorten(name))}</b>"}
    )
