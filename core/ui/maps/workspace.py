"""The maps with the panel beside them, and below the selected products one by one.

They are a fragment: when products are picked, only they run again, not the page with its controls, colours
and coordinates.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from core.ui import address
from core.ui.maps.drawing import Look, Prepared, draw
from core.ui.maps.panel import panel
from core.ui.maps.picked import products
from core.ui.maps.picks import picked_rows

if TYPE_CHECKING:
    from core.bundle.reader import Bundle


WIDE = """<style>
@media (min-width: 768px) { .stMainBlockContainer { padding-inline: 2.5rem } }
.st-key-map-workspace { container-type: inline-size }
@container (max-width: 760px) {
  .st-key-map-workspace .stColumn { min-width: 100% }
  .st-key-map-workspace .stHorizontalBlock:has(> .stColumn) { flex-wrap: wrap }
}
</style>"""
"""Half the usual margins, because a map needs the room; where there is little, the panel is below it."""


@st.fragment
def workspace(bundle: Bundle, maps: Sequence[Prepared], look: Look) -> None:
    """Draw maps, the panel and the selected products, else those that the search has found."""
    picked = picked_rows(bundle)
    rows = picked or [int(row) for row in look.matches]
    kept = [row for row, inside in zip(rows, look.inside[rows].tolist(), strict=True) if inside]
    only = str(bundle.table["sku"].iat[picked[0]]) if len(picked) == 1 else ""
    address.write("product", "map-product", only, "")
    with st.container(key="map-workspace"):
        left, right = st.columns([7, 2], gap="small")
    with left:
        draw(bundle, maps, look, picked)
    with right:
        panel(bundle, kept, picked=bool(picked), left_out=len(rows) - len(kept))
    products(bundle, kept, picked=bool(picked), maps=[prepared.shown for prepared in maps])
