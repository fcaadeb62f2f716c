"""The map of products: its layers, its figure, and what was picked on it; pure functions, no Streamlit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.figures import frame, shorten

COLOURS = 10
"""How many categories get a colour of their own; more cannot be told apart by everybody."""

RIGHT, WRONG, REST = "#2F86E0", "#E0701A", "#8A96A3"
"""Mid-tones that read on a light and on a dark ground; other colours come from the theme."""


@dataclass(frozen=True)
class Layer:
    """Points of a map drawn in one colour.

    Attributes
    ----------
    name
        What the legend says.
    rows
        int64 (m,): the products' rows in the catalogue.
    colour
        A CSS colour, or None for the theme's next one.
    """

    name: str
    rows: np.ndarray
    colour: str | None = None


def category_layers(categories: np.ndarray, rows: np.ndarray, coloured: Sequence[str]) -> list[Layer]:
    """Split `rows` into one layer for each category in `coloured` and one for all others, which comes first.

    Parameters
    ----------
    categories
        str (n,): the category of every row of the catalogue, "" where it is not known.
    rows
        int64 (m,): the rows to draw.
    coloured
        Categories with a colour of their own, at most `COLOURS`.
    """
    own = categories[rows]
    layers = [Layer(name, rows[own == name]) for name in coloured]
    others = ~np.isin(own, list(coloured)) & (own != "")
    unknown = own == ""
    kinds = len(np.unique(own[others]))
    if kinds:
        layers.insert(
            0, Layer(f"{kinds} other categories" if kinds > 1 else "1 other category", rows[others], REST)
        )
    if unknown.any():
        layers.insert(0, Layer("not in the test part", rows[unknown], REST))
    return layers


def verdict_layers(true: np.ndarray, predicted: np.ndarray, rows: np.ndarray) -> list[Layer]:
    """Split `rows` into right, wrong and, where `predicted` is "", not predicted."""
    known = predicted[rows] != ""
    right = true[rows] == predicted[rows]
    layers = [
        Layer("not in the test part", rows[~known], REST),
        Layer("right", rows[known & right], RIGHT),
        Layer("wrong", rows[known & ~right], WRONG),
    ]
    return [layer for layer in layers if len(layer.rows)]


def product_map(coordinates: np.ndarray, layers: Sequence[Layer], hover: Sequence[str]) -> go.Figure:
    """Draw a map of products, a point each; the point's custom data is its row.

    Parameters
    ----------
    coordinates
        float32 (n, 2 or 3).
    layers
        What to draw, the lowest first.
    hover
        (n,) short texts.
    """
    flat = coordinates.shape[1] == 2
    shown = sum(len(layer.rows) for layer in layers)
    size = float(np.clip(11 - 1.9 * np.log10(max(shown, 1)), 2.5, 9)) * (1 if flat else 0.6)
    hover = np.asarray(hover, dtype=object)
    figure = go.Figure()
    for layer in layers:
        points = coordinates[layer.rows].astype(np.float32)
        place = dict(zip("xyz", points.T, strict=False))
        marker: dict[str, Any] = {"size": size, "opacity": 0.35 if layer.colour == REST else 0.8}
        if layer.colour:
            marker["color"] = layer.colour
        trace = (go.Scattergl if flat else go.Scatter3d)(
            **place,
            mode="markers",
            name=f"{shorten(layer.name)} ({len(layer.rows):,})",
            marker=marker,
            customdata=layer.rows.astype(np.int32),
            text=hover[layer.rows],
            hovertemplate="%{text}<extra></extra>",
        )
        figure.add_trace(trace)
    hidden = {"visible": False}
    figure.update_layout(
        dragmode="lasso" if flat else "orbit",
        legend={"orientation": "h", "y": -0.02, "yanchor": "top", "x": 0, "itemsizing": "constant"},
        xaxis=hidden,
        yaxis=hidden,
        scene={"xaxis": hidden, "yaxis": hidden, "zaxis": hidden, "aspectmode": "cube"},
        uirevision="map",
    )
    return frame(figure, 620)


def selected_rows(event: Mapping[str, Any] | None) -> list[int]:
    """Return the catalogue rows picked in a :func:`product_map`, each once, in the order picked.

    Parameters
    ----------
    event
        What ``st.plotly_chart(..., on_select="rerun")`` returns, or None.
    """
    points = ((event or {}).get("selection") or {}).get("points") or []
    rows: dict[int, None] = {}
    for point in points:
        value = point.get("customdata")
        value = value[0] if isinstance(value, list | tuple) and value else value
        if isinstance(value, int | float):
            rows[int(value)] = None
    return list(rows)
