"""The open view in the page's address, so that it can be shared.

A visitor who follows such an address finds the controls as they were left. Streamlit empties the address
when another page is opened, so each page writes what it shows again; and a widget whose value was set by code
loses it then, so the value is kept here, too. Around each such widget::

    address.restore("part", key, {"train": "train", "test": "test"}, "train")
    part = st.selectbox("Split", ["train", "test"], key=key)  # no default, no persist_state
    address.write("part", key, part, "train")
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

_ARRIVED_WITH, _KEPT, _PAGE = "address-arrived-with", "address-kept", "address-page"


def open_page(page: str) -> None:
    """Note which page is drawn, and what the address held when the session began; call it first."""
    if _ARRIVED_WITH not in st.session_state:
        st.session_state[_ARRIVED_WITH] = {name: st.query_params.get_all(name) for name in st.query_params}
        st.session_state[_KEPT] = {}
    st.session_state[_PAGE] = page


def take(name: str) -> list[str]:
    """Return what the address held under `name` when the session began, the first time it is called."""
    arrived: dict[str, list[str]] = st.session_state[_ARRIVED_WITH]
    return arrived.pop(name, [])


def asked(name: str) -> str:
    """Return what the address held under `name` when the session began, "" for nothing or once taken."""
    arrived: dict[str, list[str]] = st.session_state[_ARRIVED_WITH]
    return next(iter(arrived.get(name, [])), "")


def visit(page: str, words: Mapping[str, str]) -> None:
    """Open another page with what its address would say: `words`, name -> word."""
    st.session_state[_ARRIVED_WITH].update({name: [word] for name, word in words.items()})
    st.switch_page(page)


def restore(name: str, key: str, options: Mapping[str, Any] | None, default: Any) -> None:
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
        Word in the address -> value; None for a widget that takes any text.
    default
        One of the values, or a list of some where several can be chosen.
    """
    page, last = st.session_state[_KEPT].get(key, ("", default))
    is_drawn = page == st.session_state[_PAGE] and key in st.session_state
    held = st.session_state[key] if is_drawn else last
    value = _offered(_from_address(name, options, default, held), options, default)
    if not is_drawn or st.session_state[key] != value:
        st.session_state[key] = value


def keep(key: str, value: Any) -> None:
    """Give the widget `key` a value on the pages that are opened from now on."""
    st.session_state[_KEPT][key] = ("", value)


def write(name: str, key: str, value: Any, default: Any) -> None:
    """Write the value of the widget `key` into the address, or take it out where it is the default."""
    st.session_state[_KEPT][key] = (st.session_state[_PAGE], value)
    words = [str(one) for one in (value if isinstance(value, list) else [value])]
    if value == default:
        st.query_params.pop(name, None)
    elif st.query_params.get_all(name) != words:
        st.query_params[name] = words


def _from_address(name: str, options: Mapping[str, Any] | None, default: Any, held: Any) -> Any:
    """Return the value the session began with, or the one that is held."""
    words = take(name)
    values = words if options is None else [options[word] for word in words if word in options]
    if not values:
        return held
    return values if isinstance(default, list) else values[0]


def _offered(value: Any, options: Mapping[str, Any] | None, default: Any) -> Any:
    """Return the value as far as it is among the options, else the default."""
    if options is None:
        return value
    if isinstance(default, list):
        return [one for one in value if one in options.values()]
    return value if value in options.values() else default
