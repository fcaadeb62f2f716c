"""The open view in the page's address, so that it can be shared.

A visitor who comes by such an address finds the controls as they were left. Streamlit empties the address
when another page is opened, so each page writes what it shows anew; and a widget that was given its value by
code loses it then, so that is kept here, too. Around each such widget::

    address.restore("part", key, {"train": "train", "test": "test"}, "train")
    part = st.selectbox("Part", ["train", "test"], key=key)  # no default, no persist_state
    address.write("part", key, part, "train")
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

_GIVEN, _KEPT, _PAGE = "address-given", "address-kept", "address-page"


class _AnyText(dict):
    """Options that nobody can list: every text stands for itself."""

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str)

    def __missing__(self, word: str) -> str:
        return word

    def values(self) -> _AnyText:
        return self


ANY_TEXT = _AnyText()
"""The options of a widget that takes any text."""


def open_page(page: str) -> None:
    """Say which page is drawn, and keep what the address says when a session begins; call it first."""
    if _GIVEN not in st.session_state:
        st.session_state[_GIVEN] = {name: st.query_params.get_all(name) for name in st.query_params}
        st.session_state[_KEPT] = {}
    st.session_state[_PAGE] = page


def take(name: str) -> list[str]:
    """Return what the address said of `name` when the session began, the first time it is asked."""
    return st.session_state[_GIVEN].pop(name, [])


def restore(name: str, key: str, options: Mapping[str, Any], default: Any) -> None:
    """Give the widget `key` its value where it has none yet on this page.

    It is that of the address a session began with, once; else the one it had on the page before; else
    `default`. What is not among the options any more does not count.

    Parameters
    ----------
    name
        Its name in the address.
    key
        The widget's.
    options
        Word in the address -> value.
    default
        One of the values, or a list of some where several can be chosen.
    """
    several = isinstance(default, list)
    page, last = st.session_state[_KEPT].get(key, ("", default))
    is_drawn = page == st.session_state[_PAGE] and key in st.session_state
    from_address = [options[word] for word in take(name) if word in options]
    if from_address:
        value = from_address if several else from_address[0]
    else:
        value = st.session_state[key] if is_drawn else last
    known = options.values()
    if several:
        value = [one for one in value if one in known]
    elif value not in known:
        value = default
    if not is_drawn or st.session_state[key] != value:
        st.session_state[key] = value


def write(name: str, key: str, value: Any, default: Any) -> None:
    """Write the value of the widget `key` into the address, or take it out where it is the default."""
    st.session_state[_KEPT][key] = (st.session_state[_PAGE], value)
    told = [str(one) for one in (value if isinstance(value, list) else [value])]
    if value == default:
        st.query_params.pop(name, None)
    elif st.query_params.get_all(name) != told:
        st.query_params[name] = told
