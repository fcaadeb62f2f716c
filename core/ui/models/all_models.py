"""The table of all models of a catalogue, and their accuracies."""

from __future__ import annotations

import streamlit as st

from core.bundle.reader import Bundle
from core.common.escaping import markdown
from core.ui import loaders
from core.ui.figures import exhibit
from core.ui.parts import section
from core.ui.tables import COUNT, show_table
from core.views.captions import figure_caption
from core.views.models.model_table import SHARES, accuracies, models_table
from core.views.models.score_charts import accuracy_chart


def all_models(bundle: Bundle) -> None:
    """Show every model's scores on test products, and what both inputs add to one."""
    section("All models", "★ did best on validation products for its input. Click a heading to sort.")
    table = models_table(bundle)
    number = st.column_config.NumberColumn
    columns = {
        "": st.column_config.TextColumn(width=36, pinned=True),
        "95% interval": st.column_config.TextColumn(help="95% confidence interval of the accuracy"),
        "Log loss": number(format="%.3f"),
        "Test products": COUNT,
        "Training": number(format="%.1f s"),
        "Per product": number(help="Time to classify one encoded product", format="%.2f ms"),
        "Memory": number(help="Peak memory added by training", format="%.0f MB"),
        "Size": number(format="%.2f MB"),
    }
    show_table(table, shares=SHARES, columns=columns, height="content")
    rows, modality = bundle.models[0].report.n, bundle.modalities[-1]
    exhibit(
        accuracy_chart(*accuracies(bundle), unit="accuracy"),
        f"{bundle.name}-models",
        "Accuracy by model",
        figure_caption(bundle, rows, "test products", modality, note="Each dot is one model of the table."),
        table=table,
    )
    gain = loaders.fusion_gain(bundle)
    if gain is not None:
        st.info(markdown(gain.sentence), icon=":material/merge:")
