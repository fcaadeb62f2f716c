"""Classify one product by its text, its picture, or both; or a whole file of products."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.ui import address, loaders
from core.ui.page import page
from core.ui.parts import empty, errors, halves
from core.ui.predict import answer as ui_answer
from core.ui.predict import form as ui_product
from core.ui.predict import history as ui_history
from core.ui.predict.whole_file import classify_file

if TYPE_CHECKING:
    from core.bundle.reader import Bundle
    from core.views.selection import Selection

ONE, FILE = "One product", "A whole file"


def show(bundle: Bundle, view: Selection) -> None:
    """Draw the page."""
    address.restore("tab", "predict-tabs", {ONE: ONE, FILE: FILE}, ONE)
    one, file = st.tabs([ONE, FILE], key="predict-tabs", on_change="rerun")
    address.write("tab", "predict-tabs", FILE if file.open else ONE, ONE)
    with one:
        _one(bundle)
    # Drawn last: while a file is being classified, this ends the script and begins it anew.
    with file, errors():
        classify_file(bundle)


def _one(bundle: Bundle) -> None:
    left, right = halves()
    with left:
        asked = ui_product.ask(bundle)
    answer = None
    with right, errors():
        if asked is not None:
            answer = loaders.predictor(bundle).classify(text=asked.text or None, image=asked.picture)
            ui_answer.verdict(bundle, asked, answer)
            ui_answer.place_on_map(bundle, asked, answer)
            ui_history.remember(bundle, asked, answer)
        else:
            empty(
                "No product yet",
                "Enter a name, add a picture, or take one of the examples. You will see the most probable "
                "categories, whether to check them, what every model says, and the nearest products.",
                "category",
            )
    ui_history.earlier(bundle)
    if answer is not None:
        ui_answer.explanation(bundle, asked)
        ui_answer.neighbours(bundle, asked, answer)
        ui_answer.models(answer)


page(
    "Predict",
    "Give a name, a description, a picture, or all of them, and see where the product belongs; "
    "or hand over a whole file of products.",
    show,
)
