"""The maps of the Embeddings page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from core.common.escaping import markdown
from core.ui import loaders
from core.ui.downloads import download_figure, download_table
from core.ui.maps import canvas
from core.ui.maps.picks import pick
from core.ui.parts import foot
from core.views.captions import figure_caption
from core.views.display_names import MODALITY_NAMES
from core.views.maps.colouring import ANSWERED, COLOUR_BY, coloured_layers, label_positions
from core.views.maps.hover_texts import hover_texts
from core.views.maps.map_figure import product_map
from core.views.maps.map_tables import coordinate_table
from core.views.maps.message import map_message, points_message
from core.views.maps.numbers import NUMBERS, Numbers, number_columns
from core.views.maps.placement import vector_for
from core.views.models.answers import answers

if TYPE_CHECKING:
    import pandas as pd
    from plotly.graph_objects import Figure

    from core.bundle.reader import Bundle
    from core.views.maps.layers import Layer

HEIGHT, SMALL = 620, 460


@dataclass(frozen=True, eq=False)
class Shown:
    """A map to draw.

    Attributes
    ----------
    name
        Tells it from all other maps of its bundle.
    modality, dims
        What it is a map of.
    coordinates
        float32 (n, dims), NaN in rows that are not on it.
    trust
        How far to trust it, in words.
    numbers
        Numbers of each product that it can be coloured by.
    title
        What to write above it where it does not stand alone or is not the bundle's.
    """

    name: str
    modality: str
    dims: int
    coordinates: np.ndarray
    trust: str
    numbers: Numbers
    title: str = ""

    @property
    def rows(self) -> np.ndarray:
        """The products on it, int64 (m,)."""
        return np.flatnonzero(np.isfinite(self.coordinates).all(axis=1))


@dataclass(frozen=True, eq=False)
class Look:
    """How maps are drawn.

    Attributes
    ----------
    colour_by, column, coloured
        What colours mean; see `core.views.maps.colouring.coloured_layers`.
    inside
        bool (n,): the products that the sidebar's filter lets through.
    matches, picked
        Rows to mark: those that match the search, those that are picked.
    labels
        Whether names are written on the map.
    drag
        What dragging the mouse does: lasso, box or pan, which rotates a map of three dimensions.
    height
        Pixels.
    """

    colour_by: str
    column: str | None
    coloured: Sequence[str]
    inside: np.ndarray
    matches: np.ndarray
    picked: Sequence[int]
    labels: bool
    drag: str
    height: int = HEIGHT


def draw(bundle: Bundle, maps: Sequence[Shown], look: Look) -> None:
    """Draw maps side by side, what they rest on, and buttons that save them."""
    grid = st.grid(len(maps), min_column_width=280)
    for shown in maps:
        with grid.cell():
            if shown.title:
                st.markdown(f"**{markdown(shown.title)}**")
            _draw(bundle, shown, look)
    with st.container(gap=None):
        for shown in maps:
            message = points_message(_points_id(bundle, shown), shown.coordinates)
            canvas.keep(f"map-points-{bundle.name}-{shown.name}", message)
        canvas.keep(f"map-texts-{bundle.name}", loaders.map_texts(bundle))
        if not bundle.private:
            canvas.images(bundle)


def _points_id(bundle: Bundle, shown: Shown) -> str:
    return f"{bundle.fingerprint} {shown.name}"


def _draw(bundle: Bundle, shown: Shown, look: Look) -> None:
    head = bundle.best[shown.modality] if look.colour_by in ANSWERED else None
    layers = coloured_layers(
        bundle,
        shown.rows,
        look.colour_by,
        look.coloured,
        column=look.column,
        answers=answers(bundle, shown.modality, head) if head else None,
        number=shown.numbers[look.colour_by]() if look.colour_by in NUMBERS else None,
        inside=look.inside,
    )
    labels = label_positions(bundle, shown.coordinates, layers) if look.labels and shown.dims == 2 else {}
    stars = _classified_last(bundle, shown)
    meaning = look.column or COLOUR_BY[look.colour_by]
    title = f"Map of the products: {MODALITY_NAMES[shown.modality]}, coloured by {meaning.lower()}"
    file = f"{bundle.name} {shown.name}"
    message = map_message(
        layers,
        len(bundle.table),
        points=_points_id(bundle, shown),
        texts=f"texts {bundle.fingerprint}",
        dims=shown.dims,
        alt=title,
        names=labels,
        picked=look.picked,
        matches=look.matches.tolist(),
        stars=stars,
        drag=look.drag,
        height=look.height,
        images=not bundle.private,
        file=file.replace(" ", "-"),
    )
    canvas.canvas(f"map-{bundle.name}-{shown.name}", message, partial(pick, bundle))
    note = _note(bundle, shown, look, head)
    figure = partial(_figure, bundle, shown, look, layers, labels, stars)
    with foot(note):
        download_figure(figure, file, title, note)
        download_table(lambda: _table(bundle, shown), file)


def _table(bundle: Bundle, shown: Shown) -> pd.DataFrame:
    return coordinate_table(bundle, shown.coordinates, shown.rows, number_columns(shown.numbers))


def _note(bundle: Bundle, shown: Shown, look: Look, head: str | None) -> str:
    """Return what a map rests on, and how far to trust it."""
    rows, n = shown.rows, len(bundle.table)
    part = "products" if len(rows) == n else f"of {n:,} products"
    matching = int(look.inside[rows].sum())
    if matching < len(rows):
        part += f", {matching:,} match the filter (only these can be picked and found)"
    if head is not None:
        part += ", test products coloured"
    reading = f" {NUMBERS[look.colour_by].note}" if look.colour_by in NUMBERS else ""
    return figure_caption(bundle, len(rows), part, shown.modality, head, note=shown.trust + reading)


def _figure(
    bundle: Bundle,
    shown: Shown,
    look: Look,
    layers: Sequence[Layer],
    labels: dict[str, np.ndarray],
    stars: dict[str, tuple[float, ...]],
) -> Figure:
    """Draw the same with plotly, for a file."""
    return product_map(
        shown.coordinates,
        layers,
        hover_texts(bundle.table),
        names=labels,
        marked={"found": look.matches.tolist(), "picked": look.picked},
        marked_points=stars,
        height=HEIGHT,
    )


def _classified_last(bundle: Bundle, shown: Shown) -> dict[str, tuple[float, ...]]:
    """Return the product classified last on the Predict page and its place, if it has one on this map."""
    last = st.session_state.get("last-classified")
    if not last or last["bundle"] != bundle.fingerprint:
        return {}
    vector = vector_for(last["vectors"], shown.modality)
    if vector is None:
        return {}
    at = loaders.place_on_map(bundle, shown.name, shown.modality, shown.coordinates, vector)
    return {last["name"] or "your product": at} if at else {}
