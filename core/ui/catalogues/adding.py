"""The tab that adds a catalogue: take the file, show what is read, correct it, start the build."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from core.building.costs import MEASURED_CORES, estimate
from core.building.effort import EFFORTS, QUICK, THOROUGH
from core.common.errors import CoreError
from core.ui.access import require_write, user
from core.ui.catalogues.matching import chosen_so_far, correct
from core.ui.catalogues.reading import beginning_of, forget_readings, reading_of, show_reading
from core.ui.catalogues.sources import choose_source, take_source
from core.ui.parts import choose, errors, section
from core.views.catalogues.building import free_name, start_build
from core.views.catalogues.choices import Choices
from core.views.catalogues.reading import Reading
from core.views.catalogues.source import Source
from core.views.catalogues.words import about, page_words

EFFORT_NAMES = {QUICK.name: "Quick", THOROUGH.name: "Thorough"}
EFFORT_HELP = {
    QUICK.name: "Few models and flat maps, for a first look. Faults are searched for as well.",
    THOROUGH.name: "Encoders chosen for these products, all models, networks included, and all maps.",
}


def add_catalogue(root: Path) -> None:
    """Lead from a file to a build."""
    source = choose_source(root)
    if source is None:
        forget_readings()
        return
    with st.container():
        shown = st.container()  # what was read comes first; what is corrected there, below
        section("Columns", "Check what each column holds. Corrections show above at once.")
        try:
            beginning = beginning_of(source, chosen_so_far(source))
            choices = correct(source, beginning)
            reading = reading_of(source, choices)
        except CoreError as error:
            shown.error(page_words(str(error)), icon=":material/error:")
            return
    with shown:
        show_reading(reading)
    _build(root, source, choices, reading)


def _build(root: Path, source: Source, choices: Choices, reading: Reading) -> None:
    section("Build")
    if not reading.recognition.has_category:
        st.info("Choose the column with the category: models learn from it.", icon=":material/category:")
        return
    with st.grid(3, min_column_width=220):
        name = st.text_input(
            "Name", free_name(root, source.suggested_name), key=f"add-name-{source.id}", max_chars=80
        )
        origin = st.text_input(
            "Origin",
            key=f"add-origin-{source.id}",
            placeholder="Own shop, export of 3 March",
            help="Where the data comes from. Shown with the catalogue.",
        )
        licence = st.text_input(
            "Licence",
            key=f"add-licence-{source.id}",
            placeholder="Own data, CC BY 4.0, …",
            help="On what terms the data may be used. Shown with the catalogue.",
        )
    effort = choose("Effort", list(EFFORT_NAMES), EFFORT_NAMES, "add-effort")
    seconds = sum(estimate(reading.size, EFFORTS[effort]).values())
    st.caption(
        f"{EFFORT_HELP[effort]} Takes **{about(seconds)}** for {reading.inspection.products:,} products: "
        f"estimated from builds measured on {MEASURED_CORES} cores. A busy machine takes longer."
    )
    with errors():
        if st.button("Build catalogue", type="primary", icon=":material/play_arrow:", key="add-build"):
            require_write()
            start_build(
                root,
                source,
                choices,
                reading.size,
                name=name,
                effort=effort,
                origin=origin,
                licence=licence,
                owner=user(),
            )
            take_source()
            forget_readings()
            st.rerun()
