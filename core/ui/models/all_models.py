"""The table of all models of a catalogue, and their accuracies."""

from __future__ import annotations

import streamlit as st

from core.bundle.reader import Bundle
from core.ui import loaders
from core.ui.figures import exhibit
from core.ui.parts import section
from core.ui.tables import COUNT, show_table
from core.views.captions import figure_caption
from core.views.glossary import meaning
from core.views.models.compression import compression_sentences
from core.views.models.fine_tuning import fine_tuning_sentences
from core.views.models.fusion import SHARES as FUSION_SHARES
from core.views.models.model_table import FIRST, SHARES, accuracies, models_table
from core.views.models.pareto import cost_table, includes_encoders, pareto_chart
from core.views.models.score_charts import accuracy_chart


def all_models(bundle: Bundle) -> None:
    """Show every model's scores on test products."""
    section("All models", "★ did best on validation products for its input. Click a heading to sort.")
    for sentence in [*fine_tuning_sentences(bundle), *compression_sentences(bundle)]:
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
    _fusion(bundle)
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
    _costs(bundle)


def _costs(bundle: Bundle) -> None:
    """Show what each model's accuracy costs in time and size."""
    table, whole = cost_table(bundle), includes_encoders(bundle)
    encoders = (
        "Size and time include the encoders, measured where the catalogue was built."
        if whole
        else "Encoding comes on top, the same for all models of an input."
    )
    exhibit(
        pareto_chart(table, encoded=not whole),
        f"{bundle.name}-pareto",
        "Accuracy, time and size",
        figure_caption(
            bundle,
            bundle.models[0].report.n,
            "test products",
            bundle.modalities[-1],
            note="Each circle is a model; its area is the model's size. Filled ones are beaten by none in "
            f"accuracy, time and size at once. {encoders}",
        ),
        table=table,
    )


def _fusion(bundle: Bundle) -> None:
    """Show the ways of fusing text and image side by side, where there are several."""
    table = loaders.fusion_table(bundle)
    if table.empty:
        return
    section(
        "Ways of fusing text and image",
        "Below the text model chosen on validation products. The difference is in points of accuracy on the "
        "same test products.",
    )
    number = st.column_config.NumberColumn
    columns = {
        "Per product": number(help=meaning("Per product"), format="%.2f ms"),
        "Size": number(format="%.2f MB"),
        "Difference to text": number(format="%+.1f"),
    }
    show_table(table, shares=FUSION_SHARES, columns=columns, height="content")
