"""Where one product lies on the map of its input."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from core.views.categories import category_of
from core.views.charts import sized
from core.views.display_names import METHOD_NAMES, MODALITY_NAMES
from core.views.predict.answer_map import best_map

if TYPE_CHECKING:
    from core.bundle.reader import Bundle

AROUND = 2000
"""At most this many other products are drawn, a seeded sample: enough for the shape of the map."""
GREY = "rgba(128,140,155,.4)"


def place_figure(bundle: Bundle, row: int) -> tuple[go.Figure, str] | None:
    """Draw a product among others, those of its category in colour, and say which map it is.

    Returns
    -------
    tuple or None
        None where no map shows the product.
    """
    for modality in reversed(bundle.modalities):
        projection = best_map(bundle, modality)
        if projection is not None and bundle.present(modality)[row]:
            break
    else:
        return None
    points = bundle.coordinates(modality, projection.method, 2)
    drawn = np.flatnonzero(np.isfinite(points).all(axis=1))
    if len(drawn) > AROUND:
        drawn = np.sort(np.random.default_rng(0).choice(drawn, AROUND, replace=False))
    same = (bundle.table["category"] == category_of(bundle.table, row)).to_numpy(dtype=bool)[drawn]
    figure = go.Figure(
        [
            _points(points[drawn[~same]], {"size": 3, "color": GREY}),
            _points(points[drawn[same]], {"size": 4}),
            _points(
                points[[row]],
                {
                    "size": 15,
                    "symbol": "star",
                    "color": "#C32B9D",
                    "line": {"width": 1.5, "color": "#FFFFFF"},
                },
            ),
        ]
    )
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False, scaleanchor="x")
    figure.update_layout(showlegend=False, dragmode=False)
    return sized(figure, 260), (
        f"{METHOD_NAMES[projection.method]} map of {MODALITY_NAMES[modality].lower()}: the star is this "
        f"product, in colour the others of its category."
    )


def _points(points: np.ndarray, marker: dict[str, object]) -> go.Scatter:
    return go.Scatter(x=points[:, 0], y=points[:, 1], mode="markers", marker=marker, hoverinfo="skip")
