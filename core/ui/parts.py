"""The small parts that every page is laid out with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Literal, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.common.errors import CoreError
from core.common.escaping import markdown
from core.ui import address
from core.views.glossary import meaning

PRIVATE = "This catalogue was saved without names and images. Enter its folder in the sidebar to see them."
V = TypeVar("V")


@contextmanager
def errors() -> Iterator[None]:
    """Show a user's mistake (a `CoreError`) as one line; let bugs through."""
    try:
        yield
    except CoreError as error:
        st.error(markdown(str(error)), icon=":material/error:")


def empty(title: str, text: str, icon: str = "info") -> None:
    """Say that there is nothing to show here, and what would change that."""
    with st.container(border=True):
        st.markdown(f"**:material/{icon}: {title}**  \n{text}")


def caption(text: str) -> None:
    """Write a small line, or several of them, in which nothing is taken for Markdown."""
    st.caption("  \n".join(map(markdown, text.split("  \n"))))


def lead(title: str, text: str = "") -> None:
    """Head a tab, with a line that says how to read it; the glossary explains a title that is a term."""
    st.subheader(markdown(title), anchor=False, help=meaning(title))
    if text:
        caption(text)


def section(title: str, text: str = "") -> None:
    """Head a section further down, as `lead` heads a tab."""
    st.space("small")
    lead(title, text)


def metrics(values: Mapping[str, str], helps: Mapping[str, str] | None = None) -> None:
    """Show a row of metric cards, which wraps on narrow screens, explained by `helps` or by the glossary."""
    long = max(map(len, values.values())) > 8
    with st.grid(len(values), min_column_width=225 if long else 150):
        for label, value in values.items():
            st.metric(markdown(label), value, border=True, help=(helps or {}).get(label) or meaning(label))


def choose(
    label: str,
    options: Sequence[V],
    words: Mapping[V, str],
    key: str,
    *,
    url: str = "",
    help: str | None = None,
    label_visibility: Literal["visible", "hidden", "collapsed"] = "visible",
) -> V:
    """Let the user pick one of a few, on all pages from then on.

    Parameters
    ----------
    label, help, label_visibility
        As Streamlit has them; the glossary explains a term without `help`.
    options, words
        What can be picked, and what each is called; the first is picked to begin with.
    key
        The widget's.
    url
        Its name in the address; "" where the address does not hold it.
    """
    if url:
        address.restore(url, key, {str(option): option for option in options}, options[0])
    value = st.segmented_control(
        label,
        list(options),
        default=None if url else options[0],
        required=True,
        format_func=lambda value: markdown(words.get(value, str(value))),
        key=key,
        help=help or meaning(label),
        label_visibility=label_visibility,
        persist_state=None if url else "session",
    )
    if value is None:  # only in Streamlit's types: one is always picked
        value = options[0]
    if url:
        address.write(url, key, value, options[0])
    return value


@contextmanager
def foot(note: str) -> Iterator[None]:
    """Write what stands above rests on, with the buttons of the block beside its first line."""
    facts, _, remark = note.partition("  \n")
    with st.container(gap="xxsmall"):
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.caption(markdown(facts), width="stretch")
            with st.container(horizontal=True, gap="small", width="content"):  # they wrap together
                yield
        if remark:
            caption(remark)


def halves() -> tuple[DeltaGenerator, DeltaGenerator]:
    """Return two places side by side, one above the other on a narrow screen."""
    grid = st.grid(2, min_column_width=330, gap="medium")
    return grid.cell(), grid.cell()


def turn_pages(count: int, size: int, key: str) -> slice:
    """Let the visitor turn pages of `size` things each; return those on the open one."""
    pages = -(-count // size)
    number = st.pagination(pages, key=f"{key}-page") if pages > 1 else 1
    return slice((number - 1) * size, number * size)


def products_phrase(count: int) -> str:
    """Return 1 product, 2 products, 1,234 products."""
    return f"{count:,} product{'' if count == 1 else 's'}"
