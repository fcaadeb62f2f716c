"""Classify one product by its text, its picture, or both; or a whole file of products."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.ui import answer as ui_answer
from core.ui import history as ui_history
from core.ui import link, loaders
from core.ui import page as ui
from core.ui import product as ui_product
from core.ui.file import classify_file

if TYPE_CHECKING:
    from core.bundle.reader import Bundle
    from core.views.selection import View

ONE, FILE = "One product", "A whole file"


def show(bundle: Bundle, view: View) -> None:
    """Draw the page."""
    link.start("tab", "predict-tabs", {ONE: ONE, FILE: FILE}, ONE)
    one, file = st.tabs([ONE, FILE], key="predict-tabs", on_change="rerun")
    link.tell("tab", "predict-tabs", FILE if file.open else ONE, ONE)
    with one:
        _one(bundle)
    # Drawn last: while a file is being classified, this ends the script and begins it anew.
    with file, ui.errors():
        classify_file(bundle)


def _one(bundle: Bundle) -> None:
    left, right = ui.halves()
    with left:
        asked = ui_product.ask(bundle)
    answer = None
    with right, ui.errors():
        if asked is not None:
            answer = loaders.predictor(bundle).classify(text=asked.text or None, picture=asked.picture)
            ui_answer.verdict(bundle, asked, answer)
            ui_answer.place_on_map(bundle, asked, answer)
            ui_history.remember(bundle, asked, answer)
        else:
            ui.empty(
                "No product yet",
                "Enter a name, add a picture, or take one of the examples. You will see the most probable "
                "categories, whether to check them, what every model says, and the nearest products.",
                "category",
            )
    ui_history.earlier(bundle)
    if answer is not None:
        ui_answer.explanation(bundle, asked)
        ui_answer.neighbours(bundle, asked, answer)
        ui_answer.opinions(answer)


ui.page(
    "Predict",
    "Give a name, a description, a picture, or all of them, and see where the product belongs; "
    "or hand over a whole file of products.",
    show,
)
