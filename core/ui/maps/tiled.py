"""Large maps in the browser: their points come as tiles, as a visitor looks at them.

All that is asked and answered travels in the visitor's own session, as everything on the page does: whoever
may not open the page gets no tile and no name.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from core.ui import loaders
from core.ui.maps.picks import pick, picked_rows
from core.ui.maps.script import FOLDER, map_script
from core.views.maps import pyramid
from core.views.maps.hover_texts import short_names
from core.views.maps.lasso import Outline
from core.views.maps.tiled_map import TiledMap
from core.views.maps.tiled_message import Wanted, product_message, tiled_map_message, tiles_message
from core.views.product_cards import data_url

if TYPE_CHECKING:
    from core.bundle.reader import Bundle
    from core.views.maps.layers import Layer

_component = st.components.v2.component(
    "product_lens_tiled_map",
    js=map_script(entry="tiled_component.js"),
    css=(FOLDER / "map.css").read_text(encoding="utf-8"),
)


def is_large(bundle: Bundle) -> bool:
    """Whether maps of a catalogue are sent as tiles."""
    return len(bundle.table) > pyramid.TILED_FROM


def tile(
    bundle: Bundle, name: str, coordinates: np.ndarray, layers: Sequence[Layer], inside: np.ndarray
) -> TiledMap:
    """Make tiles of a map whose colours are known; those of the same products are made once.

    Parameters
    ----------
    bundle
        Whose products.
    name
        Tells the map from all others of its bundle.
    coordinates
        float32 (n, dims), NaN in rows that are not on the map.
    layers
        What to draw, the lowest first.
    inside
        bool (n,): the products that the sidebar's filter lets through. They come first.
    """
    filtered = "" if inside.all() else f" {zlib.crc32(inside.tobytes()):08x}"
    points = f"{bundle.fingerprint} {name}{filtered}"
    return TiledMap.of(points, coordinates, layers, loaders.map_pyramid(bundle, points, coordinates, inside))


def keep_overview(tiled: TiledMap) -> None:
    """Have the browser keep the coordinates of the first picture."""
    overview = Wanted(-1, places=tuple(tiled.pyramid.overview.tolist()))
    _component(key=f"map-overview-{tiled.name}", data=tiles_message(tiled.name, "", tiled.pyramid, overview))


def tiled_canvas(
    bundle: Bundle,
    key: str,
    tiled: TiledMap,
    *,
    picked: Sequence[int],
    matches: np.ndarray,
    **look: Any,
) -> None:
    """Draw a map; what a visitor picks on it is picked before the page reruns.

    Parameters
    ----------
    bundle
        Whose products.
    key
        The component's.
    tiled
        The map.
    picked, matches
        Rows to mark.
    look
        What else `tiled_map_message` takes.
    """

    def clicked() -> None:
        sent = st.session_state[key]["places"]
        if isinstance(sent, Mapping):
            _pick(bundle, tiled.rows_at(list(sent.get("places") or [])), add=sent.get("add") is True)

    def outlined() -> None:
        outline = Outline.read(st.session_state[key]["outline"])
        if outline is not None:
            _pick(bundle, tiled.rows_in(outline), add=outline.add)

    tints = tiled.marked(picked, matches)
    message = tiled_map_message(
        tiled.layers,
        tints,
        tiled.pyramid,
        points=tiled.name,
        look=tiled.look(tints),
        picked=np.asarray(picked, dtype=np.int64),
        matches=matches,
        coordinates=tiled.coordinates,
        **look,
    )
    _component(key=key, data=message, on_places_change=clicked, on_outline_change=outlined)


def _pick(bundle: Bundle, rows: list[int], *, add: bool) -> None:
    pick(bundle, list(dict.fromkeys([*picked_rows(bundle), *rows])) if add else rows)


@st.fragment
def send_tiles(bundle: Bundle, tiled: TiledMap, matches: np.ndarray) -> None:
    """Send tiles of a map when its browser asks for them, without rerunning the page."""
    key = f"map-tiles-{tiled.name}"
    wanted = Wanted.read(_asked(key, "wanted"), tiled.pyramid)
    tints = tiled.marked(picked_rows(bundle), matches)
    message = tiles_message(tiled.name, tiled.look(tints), tiled.pyramid, wanted, tints.of)
    _component(key=key, data=message, on_wanted_change=_remember(key, "wanted"))


@st.fragment
def send_product(bundle: Bundle, tiled: TiledMap) -> None:
    """Send what is known of the product under the mouse when the browser asks, without rerunning the page."""
    key = f"map-under-mouse-{tiled.name}"
    rows = tiled.rows_at([place := _asked(key, "place")])
    name, notes, image = "", [], None
    if rows:
        product = bundle.table.iloc[rows]
        name, notes = str(short_names(product).iat[0]), [str(product["category"].iat[0])]
        image = None if bundle.private else bundle.thumbnail(str(product["sku"].iat[0]))
    message = product_message(tiled.name, place if rows else -1, name, notes, data_url(image) or "")
    _component(key=key, data=message, on_place_change=_remember(key, "place"))


def _remember(key: str, what: str) -> Callable[[], None]:
    """Keep what a component sends: Streamlit forgets it after the next run."""

    def remember() -> None:
        st.session_state[f"{key}-{what}"] = st.session_state[key][what]

    return remember


def _asked(key: str, what: str) -> Any:
    return st.session_state.get(f"{key}-{what}")
