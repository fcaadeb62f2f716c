"""The maps of the Embeddings page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from core.common.escaping import markdown
from core.ui import loaders
from core.ui.downloads import download_figure, download_table
from core.ui.maps import canvas
from core.ui.maps.picks import pick
from core.ui.maps.tiled import is_large, keep_overview, send_product, send_tiles, tile, tiled_canvas
from core.ui.parts import foot
from core.views.captions import figure_caption
from core.views.display_names import MODALITY_NAMES
from core.views.maps.colouring import ANSWERED, COLOUR_BY, REVIEW, coloured_layers, label_positions
from core.views.maps.hover_texts import hover_texts
from core.views.maps.map_figure import product_map
from core.views.maps.map_tables import coordinate_table
from core.views.maps.message import map_message, points_message
from core.views.maps.numbers import NUMBERS, Numbers, number_columns
from core.views.maps.placement import vector_for
from core.views.models.accepted import answers_if_given, why_review
from core.views.models.answers import Answers, answers

if TYPE_CHECKING:
    import pandas as pd
    from plotly.graph_objects import Figure

    from core.bundle.reader import Bundle
    from core.views.maps.layers import Layer
    from core.views.maps.tiled_map import TiledMap

HEIGHT = 620
"""Pixels of a map in a file."""

SMALL = 460
"""Pixels of each of several maps on the page; a single one fills the window."""


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
    matches
        int64 (m,): rows to mark, those that match the search.
    labels
        Whether names are written on the map.
    height
        Pixels; None fills the window.
    """

    colour_by: str
    column: str | None
    coloured: Sequence[str]
    inside: np.ndarray
    matches: np.ndarray
    labels: bool
    height: int | None = None


@dataclass(frozen=True, eq=False)
class Prepared:
    """A map with all that does not change when products are picked.

    Attributes
    ----------
    shown
        The map.
    layers, labels, stars
        What to draw on it.
    note
        What it rests on, and how far to trust it.
    tiled
        Its points as tiles where the catalogue is large.
    """

    shown: Shown
    layers: Sequence[Layer]
    labels: Mapping[str, np.ndarray]
    stars: Mapping[str, tuple[float, ...]]
    note: str
    tiled: TiledMap | None


def prepare(bundle: Bundle, shown: Shown, look: Look) -> Prepared:
    """Colour a map, and place its names."""
    head = bundle.best[shown.modality] if look.colour_by in ANSWERED else None
    given, reviewed = _answers(bundle, shown.modality, look.colour_by, head)
    layers = coloured_layers(
        bundle,
        shown.rows,
        look.colour_by,
        look.coloured,
        column=look.column,
        answers=given,
        reviewed=reviewed,
        number=shown.numbers[look.colour_by]() if look.colour_by in NUMBERS else None,
        inside=look.inside,
    )
    labels = label_positions(bundle, shown.coordinates, layers) if look.labels else {}
    stars, note = _classified_last(bundle, shown), _note(bundle, shown, look, head)
    tiles = tile(bundle, shown.name, shown.coordinates, layers, look.inside) if is_large(bundle) else None
    return Prepared(shown, layers, labels, stars, note, tiles)


def _answers(
    bundle: Bundle, modality: str, colour_by: str, head: str | None
) -> tuple[Answers | None, np.ndarray | None]:
    """Return a model's answers as far as the colours need them, and which of these need review."""
    if head is None:
        return None, None
    if colour_by != REVIEW:
        return answers(bundle, modality, head), None
    kept, judged = answers_if_given(bundle, modality)
    return kept, why_review(bundle.manifest.acceptance.rules[modality], judged) != ""


def draw(bundle: Bundle, maps: Sequence[Prepared], look: Look, picked: Sequence[int]) -> None:
    """Draw maps side by side, what they rest on, and buttons that save them."""
    grid = st.grid(len(maps), min_column_width=280)
    for prepared in maps:
        with grid.cell():
            if prepared.shown.title:
                st.markdown(f"**{markdown(prepared.shown.title)}**")
            _draw(bundle, prepared, look, picked)


def keep_in_browser(bundle: Bundle, maps: Sequence[Prepared], look: Look) -> None:
    """Have the browser keep what the maps are drawn from, and hand it more when it asks."""
    with st.container(gap=None):
        for prepared in maps:
            if prepared.tiled is None:
                _keep_points(bundle, prepared.shown)
            else:
                keep_overview(prepared.tiled)
                send_tiles(bundle, prepared.tiled, look.matches)
                send_product(bundle, prepared.tiled)
        if not is_large(bundle):
            canvas.keep(f"map-texts-{bundle.name}", loaders.map_texts(bundle))
            if not bundle.private:
                canvas.images(bundle)


def _keep_points(bundle: Bundle, shown: Shown) -> None:
    message = points_message(_points_id(bundle, shown), shown.coordinates)
    canvas.keep(f"map-points-{bundle.name}-{shown.name}", message)


def _points_id(bundle: Bundle, shown: Shown) -> str:
    return f"{bundle.fingerprint} {shown.name}"


def _draw(bundle: Bundle, prepared: Prepared, look: Look, picked: Sequence[int]) -> None:
    shown = prepared.shown
    meaning = look.column or COLOUR_BY[look.colour_by]
    title = f"Map of the products: {MODALITY_NAMES[shown.modality]}, coloured by {meaning.lower()}"
    file = f"{bundle.name} {shown.name}"
    key = f"map-{bundle.name}-{shown.name}"
    common: dict[str, Any] = {
        "alt": title,
        "names": prepared.labels,
        "stars": prepared.stars,
        "height": look.height,
        "file": file.replace(" ", "-"),
    }
    if prepared.tiled is not None:
        view = _points_id(bundle, shown)
        tiled_canvas(bundle, key, prepared.tiled, picked=picked, matches=look.matches, view=view, **common)
    else:
        message = map_message(
            prepared.layers,
            len(bundle.table),
            points=_points_id(bundle, shown),
            texts=f"texts {bundle.fingerprint}",
            dims=shown.dims,
            picked=picked,
            matches=look.matches.tolist(),
            images=not bundle.private,
            **common,
        )
        canvas.canvas(key, message, partial(pick, bundle))
    with foot(prepared.note):
        download_figure(partial(_figure, bundle, prepared, look, picked), file, title, prepared.note)
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


def _figure(bundle: Bundle, prepared: Prepared, look: Look, picked: Sequence[int]) -> Figure:
    """Draw the same with plotly, for a file; of a large map the points of its overview."""
    tiled = prepared.tiled
    return product_map(
        prepared.shown.coordinates,
        prepared.layers if tiled is None else tiled.overview_layers,
        hover_texts(bundle.table),
        names=prepared.labels,
        marked={"found": look.matches.tolist(), "picked": picked},
        marked_points=prepared.stars,
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
