"""What is asked first, all models side by side, any of them in detail, any two of them compared."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from core.bundle.reader import Bundle
from core.ui.models.all_models import all_models
from core.ui.models.comparison import both_inputs, two_models
from core.ui.models.encoders import encoders
from core.ui.models.one_model import one_model
from core.ui.models.questions import questions
from core.ui.page import page
from core.ui.parts import choose, empty, section
from core.views.display_names import MODALITY_NAMES
from core.views.selection import Selection

NAMES = {"one": "One model", "pair": "Compare two models", "gain": "Gain from both inputs"}


def show(bundle: Bundle, selection: Selection) -> None:
    """Draw the page."""
    if not bundle.models:
        empty("No models", "This catalogue was built without models. Build it again.", "leaderboard")
        return
    wanted = questions(bundle)
    all_models(bundle)
    encoders(bundle)
    st.space("small")
    views: dict[str, Callable[[Bundle, Selection], None]] = {
        "one": partial(one_model, wanted=wanted),
        "pair": two_models,
    }
    if "fused" in bundle.best:
        views["gain"] = both_inputs
    view = choose("Details", list(views), NAMES, f"models-{'-'.join(views)}", url="look")
    section(NAMES[view], f"Input: {MODALITY_NAMES[selection.modality]}." if view == "one" else "")
    views[view](bundle, selection)


page(
    "Models",
    "How accurate each model is, and which categories it confuses.",
    show,
    filtered_by=("modality", "categories"),
)
