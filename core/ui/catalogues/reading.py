"""Show what was read of a new catalogue, before anything is learned from it."""

from __future__ import annotations

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


def beginning_of(source: Source, choices: Choices) -> Beginning:
    """Recognise a table, once."""
    key = (source.id, choices.encoding, choices.sheet)
    known: tuple[object, Beginning] | None = st.session_state.get(_BEGINNING)
    if known is None or known[0] != key:
        with st.spinner("Recognising the table …"):
            known = (key, begin(source, choices))
        st.session_state[_BEGINNING] = known
    return known[1]


def reading_of(source: Source, choices: Choices) -> Reading:
    """Read a table as its owner wants it, once."""
    key = (source.id, repr(choices))
    known: tuple[object, Reading] | None = st.session_state.get(_READING)
    if known is None or known[0] != key:
        with st.spinner("Reading the table …"):
            known = (key, read(source, choices))
        st.session_state[_READING] = known
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
    section("First products", f"As they will be seen. {name}, read as {found.format}.")
    cards(sample_cards(found, reading.images))
    with st.expander("Columns, and why they are read so", icon=":material/view_column:"):
        show_cells(columns_table(reading.recognition))
    if aside:
        with st.expander(f"{aside:,} rows are set aside", icon=":material/rule:"):
            show_cells(set_aside_table(found))
    lines = list(found.images.lines())
    if lines:
        with st.expander("Images", icon=":material/image:"):
            st.markdown("\n".join(f"- {page_words(line)}" for line in lines))
