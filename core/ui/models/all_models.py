"""The table of all models of a catalogue, and their accuracies."""

from __future__ import annotations

import streamlit as st

from core.bundle.reader import Bundle
from core.ui.figures import exhibit
from core.ui.parts import section
from core.ui.tables import COUNT, show_table
from core.views.captions import figure_caption
from core.views.glossary import meaning
from core.views.models.fine_tuning import fine_tuning_sentences
from core.views.models.model_table import FIRST, SHARES, accuracies, models_table
from core.views.models.score_charts import accuracy_chart


def all_models(bundle: Bundle) -> None:
    """Show every model's scores on test products."""
    section("All models", "★ did best on validation products for its input. Click a heading to sort.")
    for sentence in fine_tuning_sentences(bundle):
        st.caption(sentence)
    table = models_table(bundle)
    number = st.column_config.NumberColumn
    columns = {
        "Log loss": number(format="%.3f", help=meaning("Log loss")),
        "Test products": COUNT,
        "Training": number(format="%.1f s"),
        "Per product": number(help=meaning("Per product"), format="%.2f ms"),
        "Memory": number(help=meaning("Memory"), format="%.0f MB"),
        "Size": number(format="%.2f MB"),
    }
    whole = st.toggle("More columns", key="models-more", persist_state="session")
    shown = table if whole else table[list(FIRST)]
    show_table(shown, shares=SHARES, columns=columns, height="content")
    rows, modality = bundle.models[0].report.n, bundle.modalities[-1]
    exhibit(
        accuracy_chart(*accuracies(bundle), unit="accuracy"),
        f"{bundle.name}-models",
        "Accuracy by model",
        figure_caption(
            bundle,
            rows,
            "test products",
            modality,
            note="Each dot is one model of the table, with its 95% interval.",
        ),
        table=table,
    )
