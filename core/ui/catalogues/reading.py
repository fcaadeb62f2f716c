"""Show what was read of a new catalogue, before anything is learned from it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from core.common.escaping import markdown
from core.ui.parts import metrics, section
from core.ui.products import cards
from core.ui.tables import show_cells
from core.views.catalogues.choices import Choices
from core.views.catalogues.read_tables import columns_table, sample_cards, set_aside_table
from core.views.catalogues.reading import Beginning, Reading, begin, read
from core.views.catalogues.source import Source
from core.views.catalogues.words import page_words

_BEGINNING, _READING = "add-beginning", "add-reading"
Made = TypeVar("Made")


def beginning_of(source: Source, choices: Choices) -> Beginning:
    """Recognise a table, once."""
    of = (source.id, choices.encoding, choices.sheet)
    return _once(_BEGINNING, of, "Recognising the table …", lambda: begin(source, choices))


def reading_of(source: Source, choices: Choices) -> Reading:
    """Read a table as its owner wants it, once."""
    return _once(_READING, (source.id, repr(choices)), "Reading the table …", lambda: read(source, choices))


def _once(key: str, of: object, words: str, make: Callable[[], Made]) -> Made:
    """Return what `make` makes `of` something; the session keeps it under `key` until it is of another."""
    known: tuple[object, Made] | None = st.session_state.get(key)
    if known is None or known[0] != of:
        with st.spinner(words):
            known = (of, make())
        st.session_state[key] = known
    return known[1]


def forget_readings() -> None:
    """Let go of what was read, and of its files."""
    for key in (_BEGINNING, _READING):
        st.session_state.pop(key, None)


def show_reading(reading: Reading) -> None:
    """Show counts, questions, the first products, columns, and rows that are set aside."""
    found = reading.inspection
    aside = sum(found.set_aside.values())
    metrics(
        {
            "Rows": f"{found.rows:,}",
            "Products": f"{found.products:,}",
            "Set aside": f"{aside:,}",
            "With image": f"{reading.size.images:,}",
        },
        {
            "Products": "What a catalogue is built from. Variants of one product stay together.",
            "Set aside": "Rows that nothing can be learned from. The table below says why.",
            "With image": "Images that were found by name. Whether each can be opened is seen in the build.",
        },
    )
    questions = [page_words(line) for line in found.warnings]
    if questions:
        with st.container(border=True):
            st.markdown("**:material/help: Please check**\n\n" + "\n".join(f"- {each}" for each in questions))
    name = markdown(reading.recognition.raw.name)
    section("First products", f"How they will appear. {name}, read as {found.format}.")
    cards(sample_cards(found, reading.images))
    with st.expander("How columns were matched, and why", icon=":material/view_column:"):
        show_cells(columns_table(reading.recognition))
    if aside:
        with st.expander(f"{aside:,} rows are set aside", icon=":material/rule:"):
            show_cells(set_aside_table(found))
    lines = list(found.images.lines())
    if lines:
        with st.expander("Images", icon=":material/image:"):
            st.markdown("\n".join(f"- {page_words(line)}" for line in lines))
