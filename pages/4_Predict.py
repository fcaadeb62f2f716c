"""Classify one product by its text, its image, or both; or a whole file of products."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.ui import address, loaders
from core.ui.page import page
from core.ui.parts import caption, empty, errors, halves
from core.ui.predict.answer import explanation, model_answers, neighbours, place_on_map, verdict
from core.ui.predict.form import product_form
from core.ui.predict.history import earlier, remember
from core.ui.predict.whole_file import classify_file
from core.views.predict.answer_sentences import wanted_sentence

if TYPE_CHECKING:
    from core.bundle.reader import Bundle
    from core.views.selection import Selection

ONE, FILE = "One product", "Whole file"


def show(bundle: Bundle, selection: Selection) -> None:
    """Draw the page."""
    caption(wanted_sentence(bundle))
    address.restore("tab", "predict-tabs", {ONE: ONE, FILE: FILE}, ONE)
    one, file = st.tabs([ONE, FILE], key="predict-tabs", on_change="rerun")
    address.write("tab", "predict-tabs", FILE if file.open else ONE, ONE)
    with one:
        _one(bundle)
    # Drawn last: while a file is being classified, this ends the script and begins it again.
    with file, errors():
        classify_file(bundle)


def _one(bundle: Bundle) -> None:
    left, right = halves()
    with left:
        product = product_form(bundle)
    answer = None
    with right, errors():
        if product is None:
            empty(
                "No product yet",
                "Enter a name, add an image, or pick an example. You will see the most probable categories, "
                "whether they need review, and the most similar products.",
                "category",
            )
        else:
            answer = loaders.predictor(bundle).classify(text=product.text or None, image=product.image)
            verdict(bundle, product, answer)
            place_on_map(bundle, product, answer)
            remember(bundle, product, answer)
    if product is not None and answer is not None:
        explanation(bundle, product)
        neighbours(bundle, product, answer)
        model_answers(answer)
    earlier(bundle)


page("Predict", "Classify a product by its text, its image, or both; or a whole file of products.", show)
