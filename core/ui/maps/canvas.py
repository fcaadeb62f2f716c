"""The map in the browser: a component of our own, because Streamlit's chart cannot do what a map needs.

`st.plotly_chart` takes a changed figure for another chart (its identity is a hash of the whole figure, with
or without a key): every change of a colour sends all coordinates and texts again and throws the zoom away.
Here coordinates and texts are parts of their own. Streamlit sends a part that has not changed as a reference
to what the browser already has, and a component with a key stays, so the zoom stays, too.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from core.bundle.reader import Bundle
from core.views.cards import data_url
from core.views.maps.message import picture_message

_FILES = Path(__file__).resolve().parents[3] / "assets" / "map"
SCRIPT = "\n".join(
    (_FILES / f"{name}.js").read_text(encoding="utf-8") for name in ("parts", "points", "marks", "map")
)
_part = st.components.v2.component(
    "product_lens_map",
    js=SCRIPT,
    css=(_FILES / "map.css").read_text(encoding="utf-8"),
)


def keep(key: str, message: bytes) -> None:
    """Have the browser keep coordinates or texts as long as they are on the page."""
    _part(key=key, data=message)


def canvas(key: str, message: bytes, on_pick: Callable[[list[int]], None]) -> None:
    """Draw a map; `on_pick` gets the rows that a visitor picks on it, before the page is drawn again."""

    def picked() -> None:
        rows = st.session_state[key]["picked"]
        on_pick([int(row) for row in rows or []])

    _part(key=key, data=message, on_picked_change=picked)


@st.fragment
def pictures(bundle: Bundle) -> None:
    """Answer for the picture of the product under the mouse, without drawing the page again."""
    key = "map-under-mouse"

    def asked() -> None:
        st.session_state["map-hovered"] = st.session_state[key]["row"]

    row = st.session_state.get("map-hovered", -1)
    known = isinstance(row, int) and 0 <= row < len(bundle.table)
    picture = bundle.thumbnail(bundle.table["sku"].iat[row]) if known else None
    _part(key=key, data=picture_message(row if known else -1, data_url(picture) or ""), on_row_change=asked)
