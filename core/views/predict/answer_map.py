"""Where a classified product lies among those of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.views.display_names import METHOD_NAMES
from core.views.maps.placement import place, vector_for
from core.views.maps.placement_figure import AROUND, placement_figure

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from core.bundle.projection import Projection
    from core.bundle.reader import Bundle
    from core.serving.answer import Answer


@dataclass(frozen=True, eq=False)
class Placed:
    """A map with the product on it, the number of the catalogue's products on it, and the map's method."""

    figure: go.Figure
    rows: int
    method: str


def likely_categories(answer: Answer, most: int = 6) -> list[str]:
    """Return the categories to colour on a map: the first ones of the answer, and those of its neighbours."""
    named = [one.category for one in answer.ranked[:3]] + [one.category for one in answer.neighbours]
    return list(dict.fromkeys(named))[:most]


def best_map(bundle: Bundle, modality: str) -> Projection | None:
    """Return the flat map of a modality with the highest trustworthiness; None where there is none."""
    flat = [one for one in bundle.projections if one.modality == modality and one.dims == 2]
    return max(flat, key=lambda one: one.trustworthiness or 0, default=None)


def placed_on_map(bundle: Bundle, answer: Answer, name: str) -> Placed | None:
    """Draw where the product lies among those of the catalogue.

    None if the bundle has no map of the answer's input, or no vectors to find its position with.
    """
    projection = best_map(bundle, answer.given)
    vector = vector_for(answer.vectors, answer.given)
    if projection is None or vector is None or not vector.any():
        return None
    at = place(bundle, projection, vector)
    if at is None:
        return None
    near = [one.row for one in answer.neighbours]
    figure = placement_figure(bundle, projection, at, name, coloured=likely_categories(answer), near=near)
    rows = min(AROUND, int(bundle.present(answer.given).sum()))
    return Placed(figure, rows, METHOD_NAMES[projection.method])
