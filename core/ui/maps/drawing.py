"""The maps of the Embeddings page, and what is picked on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from core.ui import address, loaders
from core.ui.downloads import download_figure, download_table
from core.ui.maps import canvas as ui_map_canvas
from core.views.captions import figure_caption
from core.views.display_names import MODALITY_NAMES
from core.views.maps.colouring import ANSWERED, COLOUR_BY, coloured_layers, label_positions
from core.views.maps.hover_texts import hover_texts
from core.views.maps.map_figure import product_map
from core.views.maps.map_tables import coordinate_table
from core.views.maps.message import map_message, points_message
from core.views.maps.placement import vector_for
from core.views.models.answers import answers

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from core.bundle.reader import Bundle

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
    title
        What to write above it where it does not stand alone or is not the bundle's.
    """

    name: str
    modality: str
    dims: int
    coordinates: np.ndarray
    trust: str
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
        bool (n,): the products that the sidebar lets through.
    hits, picked
        Rows to mark.
    names
        Whether names are written on the map.
    drag
        What the mouse does when dragged: lasso, box or pan, which turns a map of three dimensions.
    height
        Pixels.
    """

    colour_by: str
    column: str | None
    coloured: Sequence[str]
    inside: np.ndarray
    hits: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    picked: Sequence[int] = ()
    names: bool = False
    drag: str = "lasso"
    height: int = HEIGHT


def picked_rows(bundle: Bundle) -> list[int]:
    """Return what is picked: by the mouse, or to begin with the product that the address names."""
    key = f"map-picked-{bundle.fingerprint}"
    if given := address.take("product"):
        known = bundle.table.index[bundle.table["sku"] == given[0]]
        st.session_state[key] = [int(row) for row in known[:1]]
    return st.session_state.setdefault(key, [])


def pick(bundle: Bundle, rows: Sequence[int]) -> None:
    """Keep what is picked."""
    n = len(bundle.table)
    st.session_state[f"map-picked-{bundle.fingerprint}"] = [row for row in rows if 0 <= row < n]


def draw(bundle: Bundle, shown: Sequence[Shown], look: Look) -> None:
    """Draw maps side by side, what they rest on, and buttons that save them."""
    grid = st.grid(len(shown), min_column_width=280)
    for one in shown:
        with grid.cell():
            if one.title:
                st.markdown(f"**{one.title}**")
            _draw(bundle, one, look)
    with st.container(gap=None):
        for one in shown:
            kept = points_message(f"{bundle.fingerprint} {one.name}", one.coordinates)
            ui_map_canvas.keep(f"map-points-{bundle.name}-{one.name}", kept)
        ui_map_canvas.keep(f"map-texts-{bundle.name}", loaders.map_texts(bundle))
        if not bundle.private:
            ui_map_canvas.images(bundle)


def _draw(bundle: Bundle, shown: Shown, look: Look) -> None:
    rows, n = shown.rows, len(bundle.table)
    head = bundle.best[shown.modality] if look.colour_by in ANSWERED else None
    found = answers(bundle, shown.modality, head) if head else None
    layers = coloured_layers(
        bundle, rows, look.colour_by, look.coloured, column=look.column, found=found, inside=look.inside
    )
    named = look.names and shown.dims == 2
    names = label_positions(bundle, shown.coordinates, layers) if named else {}
    meaning = look.column or COLOUR_BY[look.colour_by]
    alt = f"Map of the products: {MODALITY_NAMES[shown.modality]}, coloured by {meaning.lower()}"
    stars = _yours(bundle, shown)
    file = f"{bundle.name} {shown.name}"
    message = map_message(
        layers,
        n,
        points=f"{bundle.fingerprint} {shown.name}",
        texts=f"texts {bundle.fingerprint}",
        dims=shown.dims,
        alt=alt,
        names=names,
        picked=look.picked,
        matches=look.hits,
        stars=stars,
        drag=look.drag,
        height=look.height,
        images=not bundle.private,
        file=file.replace(" ", "-"),
    )
    ui_map_canvas.canvas(f"map-{bundle.name}-{shown.name}", message, partial(pick, bundle))
    part = "whole catalogue" if len(rows) == n else f"of {n:,} products"
    inside = int(look.inside[rows].sum())
    if inside < len(rows):
        part += f", {inside:,} of them match the filter: only these can be picked and found"
    if head is not None:
        part += ", coloured: test part"
    note = figure_caption(bundle, len(rows), part, shown.modality, head, note=shown.trust)

    def figure() -> Figure:
        return product_map(
            shown.coordinates,
            layers,
            hover_texts(bundle.table),
            names=names,
            marked={"found": look.hits, "picked": look.picked},
            marked_points=stars,
            height=HEIGHT,
        )

    with st.container(horizontal=True, gap="small", vertical_alignment="top"):
        st.caption(note, width="stretch")
        download_figure(figure, file, alt, note.replace("**", ""))
        download_table(partial(coordinate_table, bundle, shown.coordinates, rows), file)


def _yours(bundle: Bundle, shown: Shown) -> dict[str, tuple[float, ...]]:
    """Return the product classified last on the Predict page and its place, if it has one on this map."""
    last = st.session_state.get("last-classified")
    if not last or last["bundle"] != bundle.fingerprint:
        return {}
    vector = vector_for(last["vectors"], shown.modality)
    if vector is None:
        return {}
    at = loaders.place_on_map(bundle, shown.name, shown.modality, shown.coordinates, vector)
    return {last["name"] or "your product": at} if at else {}
