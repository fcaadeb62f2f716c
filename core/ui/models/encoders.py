"""The encoders of a catalogue: what they cost, and how they were chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.ui.parts import empty, section
from core.ui.tables import COUNT, show_table
from core.views.glossary import meaning
from core.views.models.encoders import choice_table, encoder_table, measured

if TYPE_CHECKING:
    from core.bundle.reader import Bundle


def encoders(bundle: Bundle) -> None:
    """Show the encoders, and their candidates where they were chosen for the catalogue."""
    section("Encoders", "What turns a product into the numbers that models read. Times are of one product.")
    number = st.column_config.NumberColumn
    columns = {
        "Size": number(format="%.1f MB"),
        "Encoding": number(help=meaning("Encoding"), format="%.1f ms"),
        "Loading": number(help=meaning("Loading"), format="%.2f s"),
        "Log loss": number(format="%.3f", help=meaning("Log loss")),
        "Standard error": number(format="%.3f", help=meaning("Standard error")),
        "Products": COUNT,
    }
    show_table(encoder_table(bundle), columns=columns, height="content")
    if not measured(bundle):
        empty(
            "Times not measured",
            "An earlier version built this catalogue. Build it again to measure its encoders.",
            "timer_off",
        )
    judged = choice_table(bundle)
    if len(judged):
        section(
            "How the encoders were chosen",
            "Out-of-fold log loss of a logistic regression on each encoder's features; no test product took "
            "part. ★ was chosen: the fastest of those as good as the best, within a standard error. Too slow "
            "ones are left out.",
        )
        show_table(judged, columns=columns, height="content")
