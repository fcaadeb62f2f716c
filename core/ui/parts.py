"""The small parts that every page is laid out with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import streamlit as st

from core.common.errors import CoreError
from core.ui import address
from core.views.captions import figure_caption

PRIVATE = "A private bundle keeps no names and no pictures; name your catalogue in the sidebar to see them."


@contextmanager
def errors() -> Iterator[None]:
    """Show a user's mistake (a `CoreError`) as one line; let bugs through."""
    try:
        yield
    except CoreError as error:
        st.error(str(error), icon=":material/error:")


def empty(title: str, text: str, icon: str = "info") -> None:
    """Say that there is nothing to show here, and what would change that."""
    with st.container(border=True):
        st.markdown(f"**:material/{icon}: {title}**  \n{text}")


def section(title: str, text: str = "") -> None:
    """Head a section, with a line that says how to read it."""
    st.space("small")
    st.subheader(title, anchor=False)
    if text:
        st.caption(text)


def metrics(values: dict[str, str], helps: dict[str, str] | None = None) -> None:
    """Show a row of metric cards, which wraps on narrow screens."""
    with st.grid(len(values), min_column_width=180):
        for label, value in values.items():
            st.metric(label, value, border=True, help=(helps or {}).get(label))


def choose(
    label: str, options: Sequence[Any], words: dict[Any, str], key: str, *, url: str = "", **more: Any
) -> Any:
    """Let the user pick one of a few, on all pages from then on; `url` is its name in the address."""
    start: dict[str, Any] = {"default": options[0], "persist_state": "session"}
    if url:
        address.restore(url, key, {str(option): option for option in options}, options[0])
        start = {}
    value = st.segmented_control(
        label,
        list(options),
        required=True,
        format_func=lambda value: words.get(value, str(value)),
        key=key,
        **start,
        **more,
    )
    if url:
        address.write(url, key, value, options[0])
    return value


def halves() -> Sequence[Any]:
    """Return two places side by side, one above the other on a narrow screen."""
    grid = st.grid(2, min_column_width=330, gap="medium")
    return grid.cell(), grid.cell()


def caption(*args: Any, **more: Any) -> None:
    """Write under a figure what it rests on; takes what :func:`core.views.captions.figure_caption` takes."""
    st.caption(figure_caption(*args, **more))


def page_of(count: int, size: int, key: str) -> tuple[int, int]:
    """Let the visitor turn pages; return where the open one begins and ends."""
    pages = -(-count // size)
    number = st.pagination(pages, key=f"{key}-page") if pages > 1 else 1
    return (number - 1) * size, number * size


def lead(title: str, text: str = "") -> None:
    """Head a tab, as `core.ui.page.section` heads a section further down."""
    st.subheader(title, anchor=False)
    if text:
        st.caption(text)
