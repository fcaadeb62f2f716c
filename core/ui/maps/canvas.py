"""The map in the browser: a component of our own, because Streamlit's chart cannot do what a map needs.

`st.plotly_chart` identifies a chart by a hash of its whole figure, with or without a key: every change of a
colour sends all coordinates and texts again and resets the zoom. Here coordinates and texts are components
of their own. Streamlit sends an unchanged one as a reference to what the browser already has, and a component
with a key stays on the page, so the zoom stays, too.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.bundle.reader import Bundle
from core.ui.maps.script import FOLDER, map_script
from core.views.maps.message import image_message
from core.views.product_cards import data_url

_component = st.components.v2.component(
    "product_lens_map",
    js=map_script(),
    css=(FOLDER / "map.css").read_text(encoding="utf-8"),
)


def keep(key: str, message: bytes) -> None:
    """Have the browser keep coordinates or texts as long as they are on the page."""
    _component(key=key, data=message)


def canvas(key: str, message: bytes, on_pick: Callable[[list[int]], None]) -> None:
    """Draw a map; `on_pick` gets the rows that a visitor picks on it, before the page reruns."""

    def picked() -> None:
        rows = st.session_state[key]["picked"]
        on_pick([int(row) for row in rows or []])

    _component(key=key, data=message, on_picked_change=picked)


@st.fragment
def images(bundle: Bundle) -> None:
    """Send the image of the product under the mouse when the map asks for it, without rerunning the page."""
    key = "map-under-mouse"

    def request() -> None:
        st.session_state["map-hovered"] = st.session_state[key]["row"]

    row = st.session_state.get("map-hovered", -1)
    known = isinstance(row, int) and 0 <= row < len(bundle.table)
    image = bundle.thumbnail(str(bundle.table["sku"].iat[row])) if known else None
    message = image_message(row if known else -1, data_url(image) or "")
    _component(key=key, data=message, on_row_change=request)
