"""All models of a bundle side by side, any of them in detail, and any two of them compared."""

import streamlit as st

from core.bundle.reader import Bundle
from core.ui import loaders
from core.ui.figures import exhibit
from core.ui.models.one_model import COUNT, SCORE, one_model
from core.ui.models.two_models import fusion_gain, pair
from core.ui.page import page
from core.ui.parts import choose, empty, section
from core.views.captions import figure_caption
from core.views.display_names import MODALITY_NAMES
from core.views.models.model_table import SCORES, accuracies, models_table
from core.views.models.score_charts import accuracy_chart
from core.views.selection import Selection

VIEWS = {"one": "One model in detail", "pair": "Two models side by side", "gain": "What both inputs add"}


def show(bundle: Bundle, view: Selection) -> None:
    """Draw the page."""
    if not bundle.models:
        empty("No models in this bundle", "Build it again with heads to compare.", "leaderboard")
        return
    _all_models(bundle)
    st.space("small")
    views = {"one": one_model, "pair": pair} | ({"gain": fusion_gain} if "fused" in bundle.best else {})
    closer = choose("Look closer", list(views), VIEWS, f"models-{'-'.join(views)}", url="look")
    section(VIEWS[closer], f"Input: {MODALITY_NAMES[view.modality]}." if closer == "one" else "")
    views[closer](bundle, view)


def _all_models(bundle: Bundle) -> None:
    section(
        "All models",
        "★ marks the model that the validation rows chose for each input. A click on a heading sorts.",
    )
    table = models_table(bundle)
    number = st.column_config.NumberColumn
    columns = dict.fromkeys(SCORES, SCORE) | {
        "": st.column_config.TextColumn(width=36, pinned=True),
        "95 % interval": st.column_config.TextColumn(help="Where the accuracy lies, chance allowed for"),
        "Rows": COUNT,
        "Calibration error": number(
            help="How far confidence is from the share that is right, on average", format="%.3f"
        ),
        "Training": number(format="%.1f s"),
        "Per product": number(help="One product alone, its encoding left out", format="%.2f ms"),
        "Memory": number(help="Rise at the peak of training", format="%.0f MB"),
        "Size": number(format="%.2f MB"),
    }
    st.dataframe(table, hide_index=True, height="content", column_config=columns)
    figure = accuracy_chart(*accuracies(bundle), unit="accuracy")
    rows, note = bundle.models[0].report.n, "Each dot is one model of the table."
    note = figure_caption(bundle, rows, "test part", bundle.modalities[-1], note=note)
    exhibit(figure, f"{bundle.name}-models", "Accuracy by model", note, table=table)
    gain = loaders.fusion_gain(bundle)
    if gain is not None:
        st.info(gain.words, icon=":material/merge:")


page(
    "Models",
    "Which model puts products into the right category how often, and which categories it mixes up.",
    show,
    filtered_by=("modality", "categories"),
)
