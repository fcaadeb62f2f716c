"""The open view in the page's address, so that it can be shared; with `core.ui` it imports Streamlit.

A visitor who comes by such an address finds the controls as they were left. Streamlit empties the address
when another page is opened: each page writes what it shows anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

_GIVEN = "link-given"


def arrive() -> None:
    """Keep what the address says when a session begins; call it first on every page."""
    if _GIVEN not in st.session_state:
        given = st.query_params
        st.session_state[_GIVEN] = {name: given.get_all(name) for name in given}


def given(name: str) -> list[str]:
    """Return what the address said of `name` when the session began; the second time it is asked: nothing."""
    return st.session_state.get(_GIVEN, {}).pop(name, [])


def restore(name: str, key: str, options: Mapping[str, Any], *, several: bool = False) -> bool:
    """Give the widget `key` the value that the address names, once, and only if it is among its options.

    Returns
    -------
    bool
        Whether it did, so that the widget must not be given a default in this run.
    """
    values = [options[word] for word in given(name) if word in options]
    if values:
        st.session_state[key] = values if several else values[0]
    return bool(values)


def tell(name: str, value: str | Sequence[str], start: str = "") -> None:
    """Write a value into the address, or take it out where it says no more than `start` does."""
    told = [value] if isinstance(value, str) else list(value)
    if told in ([], [start]):
        st.query_params.pop(name, None)
    elif st.query_params.get_all(name) != told:
        st.query_params[name] = told[0] if len(told) == 1 else told
