"""How a network was trained, and the learning curve of an input, which is trained when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.building.learning_curve import HEAD, PARTS
from core.building.refit import why_not
from core.heads.key import HeadKey
from core.ui import loaders
from core.ui.figures import exhibit
from core.ui.models.parts import model_caption
from core.ui.parts import empty, errors, section
from core.ui.tables import show_table
from core.views.captions import figure_caption
from core.views.display_names import MODALITY_NAMES, head_name
from core.views.models.fine_tuning_worth import worth_sentences
from core.views.models.learning_chart import learning_chart, learning_sentence, learning_table
from core.views.models.loss_chart import loss_chart, loss_sentence, loss_table
from core.views.models.training_settings import settings_table, split_sentence

if TYPE_CHECKING:
    from core.bundle.reader import Bundle
    from core.evaluation.report import Report
    from core.views.selection import Selection


@st.fragment
def learning(bundle: Bundle, selection: Selection, report: Report, key: str) -> None:
    """Show a model's settings, and the losses of a network, if it is one; offer a learning curve."""
    model = HeadKey(report.modality, report.head)
    section("Settings", split_sentence(bundle))
    settings = settings_table(bundle, model)
    if len(settings):
        show_table(settings, height="content")
    losses = bundle.model(model).losses
    if losses is not None:
        section("Training curve", loss_sentence(losses))
        exhibit(
            loss_chart(losses),
            f"{key}-losses",
            "Loss by epoch",
            model_caption(bundle, report),
            table=loss_table(losses),
        )
    section("Learning curve")
    _learning_curve(bundle, report)
    section("Fine-tuning", "How many products it takes to be worth the time, measured on other catalogues.")
    for sentence in worth_sentences():
        st.caption(sentence)


def _learning_curve(bundle: Bundle, report: Report) -> None:
    """Offer to train on growing parts of the training products, and draw what that gives."""
    modality = report.modality
    if why_not(bundle):
        empty(
            "No learning curve",
            "This catalogue was saved without the features that models learn from.",
            "lock",
        )
        return
    asked = f"learning-{bundle.fingerprint}-{modality}"
    if not st.session_state.get(asked):
        st.caption(
            f"Trains {head_name(HEAD)} on {len(PARTS)} growing parts of the training products. "
            "Takes a few seconds per thousand products."
        )
        st.button(
            "Compute learning curve", f"{asked}-button", icon=":material/model_training:",
            on_click=st.session_state.update, args=({asked: True},),
        )  # fmt: skip
        return
    with errors():
        points = loaders.learning_curve(bundle, modality)
        note = f"{MODALITY_NAMES[modality]}. {learning_sentence(points)}"
        exhibit(
            learning_chart(points),
            f"{bundle.name}-{modality}-learning",
            "Accuracy by number of training products",
            figure_caption(bundle, points[-1].products, "training products", modality, HEAD, note),
            table=learning_table(points),
        )
