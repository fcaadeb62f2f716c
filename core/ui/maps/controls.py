"""What the visitor says of the maps to draw: which, in what colours, what to find."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from core.ui import address, loaders
from core.ui.maps.drawing import Shown
from core.ui.parts import choose
from core.views.display_names import METHOD_NAMES, MODALITY_NAMES
from core.views.maps import layers as maps
from core.views.maps.colouring import CATEGORY, COLOUR_BY, COLUMN, PREDICTED
from core.views.maps.map_trust import trust_sentence
from core.views.product_search import find_rows

if TYPE_CHECKING:
    from core.bundle.reader import Bundle, Projection
    from core.views.selection import Selection

MOUSE = {"lasso": "Loop", "box": "Box", "pan": "Move"}
MOUSE_3D = {"pan": "Turn", "lasso": "Loop", "box": "Box"}
MOUSE_HELP = (
    "What the mouse does when you drag it over the map. A click on a point picks it in any case; with Shift, "
    "what was picked before stays. The wheel zooms once the map was clicked on, a double click shows all."
)
OF_COLUMN = "column "


def choose_maps(bundle: Bundle, view: Selection) -> list[Shown]:
    """Let the visitor choose a map of the sidebar's input, or of all inputs by one method side by side."""
    flat = [p for p in bundle.projections if p.dims == 2]
    by_all = [
        m for m in METHOD_NAMES if {p.modality for p in flat if p.method == m} == set(bundle.modalities)
    ]
    together = False
    if len(bundle.modalities) > 1 and by_all:
        address.restore("together", "map-all", {"True": True}, False)
        together = st.toggle("All three", key="map-all")
        address.write("together", "map-all", together, False)
    if together:
        key = f"map-{bundle.name}-all-{'-'.join(by_all)}"
        method = choose("Method", by_all, METHOD_NAMES, key, url="method")
        chosen = [p for m in bundle.modalities for p in flat if (p.modality, p.method) == (m, method)]
    else:
        own = [p for p in bundle.projections if p.modality == view.modality]
        method = _pick(bundle, "Method", "method", METHOD_NAMES, own)
        own = [p for p in own if p.method == method]
        dims = _pick(bundle, "Dimensions", "dims", {2: "2-D", 3: "3-D"}, own)
        chosen = [p for p in own if p.dims == dims]
    return [_stored(bundle, p, MODALITY_NAMES[p.modality] if together else "") for p in chosen]


def _pick(bundle: Bundle, label: str, part: str, names: dict, offered: Sequence[Projection]) -> object:
    have = {getattr(p, part) for p in offered}
    options = [value for value in names if value in have]
    if not options:
        return None
    key = f"map-{bundle.name}-{part}-{'-'.join(map(str, options))}"
    return choose(label, options, names, key, url=part)


def _stored(bundle: Bundle, p: Projection, title: str) -> Shown:
    return Shown(
        f"{p.modality} {p.method} {p.dims}d",
        p.modality,
        p.dims,
        bundle.coordinates(p.modality, p.method, p.dims),
        trust_sentence(p),
        title,
    )


def choose_colours(bundle: Bundle) -> tuple[str, str | None]:
    """Let the visitor choose what colours mean: one of `COLOUR_BY`, and a column or None."""
    named = {name: word for name, word in COLOUR_BY.items() if name != COLUMN}
    named |= {f"{OF_COLUMN}{name}": word for name, word in loaders.map_columns(bundle).items()}
    key = f"map-{bundle.name}-colour"
    address.restore("colour", key, {name: name for name in named}, CATEGORY)
    chosen = st.selectbox("Colour", list(named), format_func=named.get, key=key, width=190)
    address.write("colour", key, chosen, CATEGORY)
    if chosen.startswith(OF_COLUMN):
        return COLUMN, chosen.removeprefix(OF_COLUMN)
    return chosen, None


def choose_coloured(bundle: Bundle, view: Selection, colour_by: str, column: str | None) -> list[str]:
    """Let the visitor say what gets a colour of its own: the most frequent, to begin with.

    Categories chosen in the sidebar have the colours, so that there is nothing to choose here.
    """
    names = loaders.map_choices(bundle, colour_by, column)
    if view.categories and colour_by in (CATEGORY, PREDICTED):
        return list(view.categories[: maps.COLOURS])
    if not names:
        return []
    if len(names) <= maps.COLOURS:
        return names
    with st.popover("Which have colours", icon=":material/palette:", width=210):
        return st.multiselect(
            f"In colour (up to {maps.COLOURS}; the others are grey)",
            names,
            default=names[: maps.COLOURS],
            max_selections=maps.COLOURS,
            key=f"map-{bundle.name}-coloured-{column or 'category'}",
            persist_state="session",
        )


def choose_mouse(dims: int) -> tuple[str, bool]:
    """Let the visitor say what the mouse does on a map, and whether names are written on a flat one."""
    offered, key = (MOUSE, "map-drag") if dims == 2 else (MOUSE_3D, "map-drag-3d")
    drag = choose("Pick by", list(offered), offered, key, help=MOUSE_HELP)
    named = st.toggle(
        "Names on the map", value=True, key="map-names", persist_state="session", disabled=dims == 3
    )
    return drag, named


def find(bundle: Bundle) -> tuple[str, np.ndarray]:
    """Let the visitor find products by words or an id; return what was asked, and the rows found."""
    key = f"map-{bundle.name}-find"
    address.restore("find", key, address.ANY_TEXT, "")
    query = st.text_input(
        "Find",
        placeholder="an id" if bundle.private else "words of a name, or an id",
        key=key,
        width=240,
    )
    address.write("find", key, query, "")
    return query.strip(), find_rows(bundle.table, query)


def found_words(query_rows: np.ndarray, inside: np.ndarray) -> str:
    """Say how many products were found, and how many of them the filter leaves out."""
    kept = int(inside[query_rows].sum())
    rest = len(query_rows) - kept
    if not len(query_rows):
        return "Nothing found."
    left_out = f"; {rest:,} more outside the filter" if rest else ""
    return f"{kept:,} found, marked ◇ on the map{left_out}"
