"""A gallery of products that can be opened: a component, because ``st.html`` reports no click."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import streamlit as st

from core.views.product_cards import Box, Layout, gallery_message

FOLDER = Path(__file__).resolve().parents[2] / "assets" / "gallery"

_component = st.components.v2.component(
    "product_lens_gallery",
    js=(FOLDER / "gallery.js").read_text(encoding="utf-8"),
    css=(FOLDER / "gallery.css").read_text(encoding="utf-8"),
)


def gallery(
    boxes: Sequence[Box], layout: Layout, width: int, key: str, on_open: Callable[[int], None]
) -> None:
    """Show products, each a button; `on_open` gets the row of one that is opened, before the page reruns."""
    rows = {card.row for box in boxes for card in box.cards}

    def opened() -> None:
        row = st.session_state[key]["opened"]
        if isinstance(row, int) and row in rows:
            on_open(row)

    _component(key=key, data=gallery_message(boxes, layout, width), on_opened_change=opened)
