"""Keys that decide in the review: a component that hears them, because Streamlit's own shortcuts lose some.

A shortcut of a Streamlit button clicks the button that is on the page at that moment. While the page is busy
that is still the one of the product before, so quick presses decide twice or not at all; and shortcuts are
deaf as long as any control has the focus, a switch, too. Here every press has a number and counts once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import streamlit as st

from core.views.review.presses import Done, new_presses

_SCRIPT = Path(__file__).resolve().parents[3] / "assets" / "review" / "keys.js"
_component = st.components.v2.component("product_lens_keys", js=_SCRIPT.read_text(encoding="utf-8"))
_DONE = "review-keys-done"


def hear(key: str, keys: Collection[str], on_press: Callable[[str], None]) -> None:
    """Call `on_press` for each press of one of the `keys`, once and in order, before the page reruns."""

    def heard() -> None:
        sent: Any = st.session_state[key]["pressed"]
        for now_done, pressed in new_presses(sent, _done()):
            st.session_state[_DONE] = now_done
            if pressed in keys:
                on_press(pressed)

    done = _done()
    data = {"keys": sorted(keys), "of": done.of, "done": done.number}
    _component(key=key, data=data, on_pressed_change=heard)


def _done() -> Done:
    done: Done = st.session_state.get(_DONE, Done())
    return done
