"""The controls of the Embeddings page: which maps, in what colours, what to find on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import streamlit as st

from core.ui import address, loaders
from core.ui.maps.drawing import Shown
from core.ui.parts import choose
from core.views.display_names import METHOD_NAMES, MODALITY_NAMES
from core.views.maps.colouring import CATEGORY, COLOUR_BY, COLUMN, PREDICTED
from core.views.maps.layers import COLOURS
from core.views.maps.map_trust import trust_sentence
from core.views.maps.numbers import NUMBERS, stored_numbers
from core.views.product_search import find_rows

if TYPE_CHECKING:
    from core.bundle.projection import Projection
    from core.bundle.reader import Bundle
    from core.views.selection import Selection

V = TypeVar("V", str, int)
MOUSE = {"lasso": "Lasso", "box": "Box", "pan": "Pan"}
MOUSE_3D = {"pan": "Rotate", "lasso": "Lasso", "box": "Box"}
MOUSE_HELP = (
    "What dragging the mouse over the map does. Clicking a point always selects it; hold Shift to add to the "
    "selection. Click the map once to zoom with the wheel; double-click to show everything."
)
OF_COLUMN = "column "


def choose_maps(bundle: Bundle, selection: Selection) -> list[Shown]:
    """Let the visitor choose a map of the sidebar's input, or of all inputs by one method side by side."""
    flat = [p for p in bundle.projections if p.dims == 2]
    by_all = [
        m for m in METHOD_NAMES if {p.modality for p in flat if p.method == m} == set(bundle.modalities)
    ]
    if len(bundle.modalities) > 1 and by_all and _together():
        key = f"map-{bundle.name}-all-{'-'.join(by_all)}"
        method = choose("Method", by_all, METHOD_NAMES, key, url="method")
        chosen = [p for m in bundle.modalities for p in flat if (p.modality, p.method) == (m, method)]
        return [_stored(bundle, p, MODALITY_NAMES[p.modality]) for p in chosen]
    own = [p for p in bundle.projections if p.modality == selection.modality]
    if not own:
        return []
    method = _one_of(bundle, "Method", "method", METHOD_NAMES, (p.method for p in own))
    own = [p for p in own if p.method == method]
    dims = _one_of(bundle, "Dimensions", "dims", {2: "2-D", 3: "3-D"}, (p.dims for p in own))
    return [_stored(bundle, p, "") for p in own if p.dims == dims]


def _together() -> bool:
    address.restore("together", "map-all", {"True": True}, False)
    together = st.toggle("All inputs", key="map-all")
    address.write("together", "map-all", together, False)
    return together


def _one_of(bundle: Bundle, label: str, url: str, names: Mapping[V, str], offered: Iterable[V]) -> V:
    """Let the visitor choose one of the `offered`, in the order of `names`."""
    available = set(offered)
    options = [value for value in names if value in available]
    key = f"map-{bundle.name}-{url}-{'-'.join(map(str, options))}"
    return choose(label, options, names, key, url=url)


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
    address.restore("colour", key, {name: name for name in names}, CATEGORY)
    chosen = st.selectbox("Colour by", list(names), format_func=lambda name: names[name], key=key, width=190)
    address.write("colour", key, chosen, CATEGORY)
    if chosen.startswith(OF_COLUMN):
        return COLUMN, chosen.removeprefix(OF_COLUMN)
    return chosen, None


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
    with st.popover("Coloured values", icon=":material/palette:", width=190):
        return st.multiselect(
            f"Up to {COLOURS} get a colour; the others are grey",
            names,
            default=names[:COLOURS],
            max_selections=COLOURS,
            key=f"map-{bundle.name}-coloured-{column or 'category'}",
            persist_state="session",
        )


def choose_mouse(dims: int) -> tuple[str, bool]:
    """Let the visitor choose what the mouse does on a map, and whether names are written on a flat one."""
    options, key = (MOUSE, "map-drag") if dims == 2 else (MOUSE_3D, "map-drag-3d")
    drag = choose("Mouse", list(options), options, key, help=MOUSE_HELP)
    labels = st.toggle("Labels", value=True, key="map-names", persist_state="session", disabled=dims == 3)
    return drag, labels


def search(bundle: Bundle) -> tuple[str, np.ndarray]:
    """Let the visitor search for products by name or id; return the query, and the matching rows."""
    key = f"map-{bundle.name}-find"
    address.restore("find", key, None, "")
    placeholder = "Id" if bundle.private else "Name or id"
    query = st.text_input("Search", placeholder=placeholder, key=key, width=240)
    address.write("find", key, query, "")
    return query.strip(), find_rows(bundle.table, query)


def matches_sentence(matches: np.ndarray, inside: np.ndarray) -> str:
    """Say how many products match the search, and how many of them the filter leaves out."""
    if not len(matches):
        return "No matches."
    shown = int(inside[matches].sum())
    rest = len(matches) - shown
    left_out = f"; {rest:,} more outside the filter" if rest else ""
    return f"{shown:,} {'match' if shown == 1 else 'matches'}, marked ◇ on the map{left_out}"
