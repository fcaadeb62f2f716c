"""Add a catalogue from a file or a folder, watch it being built; rename and delete catalogues."""

from pathlib import Path

import streamlit as st

from core.ui.access import may_write
from core.ui.catalogues.adding import add_catalogue
from core.ui.catalogues.managing import manage
from core.ui.catalogues.watching import watch_jobs
from core.ui.page import page_of_all
from core.ui.parts import empty, errors


def show(root: Path) -> None:
    """Draw the page."""
    if not may_write():
        empty("Nothing can be added here", "This server shows catalogues and classifies products.", "lock")
        return
    watch_jobs(root)
    add, yours = st.tabs(["Add a catalogue", "Your catalogues"], key="catalogues-tabs", on_change="rerun")
    with add, errors():
        add_catalogue(root)
    with yours, errors():
        manage(root)


page_of_all(
    "Catalogues",
    "Add a catalogue from a product table and its images, and watch it being built.",
    show,
)
