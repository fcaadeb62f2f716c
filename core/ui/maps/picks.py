"""Which products a visitor has picked on the maps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from core.ui import address

if TYPE_CHECKING:
    from core.bundle.reader import Bundle


def picked_rows(bundle: Bundle) -> list[int]:
    """Return what is picked: by the mouse, or to begin with the product that the address names."""
    if words := address.take("product"):
        rows = bundle.table.index[bundle.table["sku"] == words[0]]
        pick(bundle, [int(row) for row in rows[:1]])
    rows_picked: list[int] = st.session_state.setdefault(_key(bundle), [])
    return rows_picked


def pick(bundle: Bundle, rows: Sequence[int]) -> None:
    """Keep what is picked."""
    st.session_state[_key(bundle)] = [row for row in rows if 0 <= row < len(bundle.table)]


def _key(bundle: Bundle) -> str:
    return f"map-picked-{bundle.fingerprint}"
