"""The map that the tour shows: the most frequent categories in colour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from core.common.escaping import plotly
from core.views.categories import category_counts
from core.views.charts import sized
from core.views.display_names import METHOD_NAMES
from core.views.formatting import shorten_category
from core.views.maps.layers import COLOURS, REST
from core.views.maps.map_trust import trust_sentence
from core.views.predict.answer_map import best_map

if TYPE_CHECKING:
    from core.bundle.reader import Bundle

MOST = 4000
"""At most this many products are drawn, a seeded sample."""
HEIGHT = 460


@dataclass(frozen=True, eq=False)
class Overview:
    """A map, its method's name, how many products are on it, and how far it may be trusted."""

    figure: go.Figure
    method: str
    rows: int
    trust: str


def overview(bundle: Bundle, modality: str) -> Overview | None:
    """Draw the most trustworthy flat map of an input; None where there is none."""
    projection = best_map(bundle, modality)
    if projection is None:
        return None
    points = bundle.coordinates(modality, projection.method, 2)
    rows = np.flatnonzero(np.isfinite(points).all(axis=1))
    if len(rows) > MOST:
        rows = np.sort(np.random.default_rng(0).choice(rows, MOST, replace=False))
    of = bundle.table["category"].to_numpy(dtype=object)[rows]
    frequent = list(category_counts(bundle.table).index[:COLOURS])
    figure = go.Figure()
    rest = ~np.isin(of.astype(str), frequent)
    for name, there, colour in [("Others", rest, REST), *((name, of == name, None) for name in frequent)]:
        if there.any():
            at = points[rows[there]]
            marker = {"size": 4} if colour is None else {"size": 3, "color": colour, "opacity": 0.5}
            label = plotly(shorten_category(name))
            figure.add_scattergl(
                x=at[:, 0], y=at[:, 1], mode="markers", name=label, marker=marker, hoverinfo="name"
            )
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False, scaleanchor="x")
    return Overview(
        sized(figure, HEIGHT), METHOD_NAMES[projection.method], len(rows), trust_sentence(projection)
    )
