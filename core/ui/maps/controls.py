"""The controls of the Embeddings page: which maps, in what colours, what to find on them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from core.ui import address, loaders
from core.ui.maps.drawing import Shown
from core.ui.parts import choose
from core.views.display_names import METHOD_NAMES, MODALITY_NAMES
from core.views.maps.colouring import CATEGORY, COLOUR_BY, COLUMN, PREDICTED
from core.views.maps.layers import COLOURS
from core.views.maps.map_trust import by_trust, trust_sentence
from core.views.maps.numbers import NUMBERS, stored_numbers

if TYPE_CHECKING:
    from core.bundle.projection import Projection
    from core.bundle.reader import Bundle
    from core.views.selection import Selection

MAP_HELP = (
    "Drag around products to select them, or click one; hold Shift to add more. Buttons on the map switch "
    "between lasso, box and pan. Click the map once to zoom with the wheel; double-click to show everything. "
    "Arrow keys go from product to product, Enter selects. On a touch screen two fingers move and zoom."
)
TOP_LEVEL = "level_1"
"""The column with the first part of the category paths."""
OF_COLUMN = "column "


def choose_maps(bundle: Bundle, selection: Selection, *, together: bool) -> list[Shown]:
    """Let the visitor choose a map of the sidebar's input, or of all inputs by one method side by side."""
    flat = [p for p in bundle.projections if p.dims == 2]
    if together:
        method = _method(bundle, (p for p in flat if p.method in _of_all_inputs(bundle)))
        chosen = [p for m in bundle.modalities for p in flat if (p.modality, p.method) == (m, method)]
        return [_stored(bundle, p, MODALITY_NAMES[p.modality]) for p in chosen]
    own = [p for p in bundle.projections if p.modality == selection.modality]
    if not own:
        return []
    method = _method(bundle, own)
    own = [p for p in own if p.method == method]
    available = {p.dims for p in own}
    options = [dims for dims in (2, 3) if dims in available]
    key = f"map-{bundle.name}-dims-{'-'.join(map(str, options))}"
    dims = choose("Dimensions", options, {2: "2-D", 3: "3-D"}, key, url="dims")
    return [_stored(bundle, p, "") for p in own if p.dims == dims]


def choose_together(bundle: Bundle) -> bool:
    """Let the visitor compare the maps of all inputs, where there are several by the same method."""
    if len(bundle.modalities) == 1 or not _of_all_inputs(bundle):
        return False
    address.restore("together", "map-all", {"True": True}, False)
    together = st.toggle("All inputs", key="map-all")
    address.write("together", "map-all", together, False)
    return together


def _of_all_inputs(bundle: Bundle) -> list[str]:
    """Return the methods that drew a flat map of each input."""
    flat = [p for p in bundle.projections if p.dims == 2]
    return [m for m in METHOD_NAMES if {p.modality for p in flat if p.method == m} == set(bundle.modalities)]


def _method(bundle: Bundle, offered: Iterable[Projection]) -> str:
    """Let the visitor choose a method, one for all inputs: to begin with, the one to be trusted most."""
    key = f"map-{bundle.name}-method"
    return choose("Method", by_trust(offered), METHOD_NAMES, key, url="method")


def _stored(bundle: Bundle, projection: Projection, title: str) -> Shown:
    modality, method, dims = projection.modality, projection.method, projection.dims
    return Shown(
        f"{modality} {method} {dims}d",
        modality,
        dims,
        bundle.coordinates(modality, method, dims),
        trust_sentence(projection),
        stored_numbers(bundle, projection),
        title,
    )


def choose_colours(bundle: Bundle, maps: Sequence[Shown]) -> tuple[str, str | None]:
    """Let the visitor choose what colours of some maps mean: one of `COLOUR_BY`, and a column or None."""
    missing = {number for number in NUMBERS if any(number not in shown.numbers for shown in maps)}
    names = {name: word for name, word in COLOUR_BY.items() if name not in {COLUMN, *missing}}
    names |= {f"{OF_COLUMN}{name}": word for name, word in loaders.map_columns(bundle).items()}
    key = f"map-{bundle.name}-colour"
    default = CATEGORY if len(bundle.classes) <= COLOURS else _top_level(bundle)
    address.restore("colour", key, {name: name for name in names}, default)
    chosen = st.selectbox("Colour by", list(names), format_func=lambda name: names[name], key=key, width=170)
    address.write("colour", key, chosen, default)
    if chosen.startswith(OF_COLUMN):
        return COLUMN, chosen.removeprefix(OF_COLUMN)
    return chosen, None


def _top_level(bundle: Bundle) -> str:
    """Return the colouring by the top level of category paths, by category where that has many, too."""
    has_paths = TOP_LEVEL in loaders.map_columns(bundle)
    few = has_paths and len(loaders.map_choices(bundle, COLUMN, TOP_LEVEL)) <= COLOURS
    return f"{OF_COLUMN}{TOP_LEVEL}" if few else CATEGORY


def choose_coloured(
    bundle: Bundle, selection: Selection, colour_by: str, column: str | None
) -> Sequence[str]:
    """Let the visitor choose what gets a colour of its own: the most frequent, to begin with.

    Categories chosen in the sidebar have the colours, so that there is nothing to choose here.
    """
    names = loaders.map_choices(bundle, colour_by, column)
    if selection.categories and colour_by in (CATEGORY, PREDICTED):
        return selection.categories[:COLOURS]
    if len(names) <= COLOURS:
        return names
    return st.multiselect(
        f"Up to {COLOURS} get a colour; the others are grey",
        names,
        default=names[:COLOURS],
        max_selections=COLOURS,
        key=f"map-{bundle.name}-coloured-{column or 'category'}",
        persist_state="session",
    )


def choose_labels() -> bool:
    """Let the visitor choose whether names are written on the map."""
    return st.toggle("Labels", value=True, key="map-names", persist_state="session")
