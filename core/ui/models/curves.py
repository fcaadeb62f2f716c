"""ROC and precision-recall curves of one model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from core.ui import loaders
from core.ui.figures import exhibit
from core.ui.models.parts import model_caption
from core.ui.parts import halves
from core.ui.tables import COUNT, show_table
from core.views.formatting import shorten_category
from core.views.models.curve_charts import ALL, area_table, precision_recall_chart, roc_chart

if TYPE_CHECKING:
    from core.bundle.reader import Bundle
    from core.evaluation.report import Report
    from core.views.selection import Selection

NOTE = "Each category against all others. "
ROC = "AUC: how often a product of the category gets a higher probability of it than another product."
PRECISION_RECALL = "AP (average precision): the area under the curve."


@st.fragment
def curves(bundle: Bundle, selection: Selection, report: Report, key: str) -> None:
    """Draw the mean of all categories' curves, and those of a chosen one; choosing redraws only this."""
    found = loaders.score_curves(bundle, report.modality, report.head)
    if found is None:
        st.caption("Curves need test products of two categories or more.")
        return
    by_category, macro = found
    classes = report.classes
    inside = selection.of_categories(np.asarray(classes, dtype=object))
    offered = [category for category in by_category if inside[category]]
    chosen = st.selectbox(
        "Category",
        offered,
        index=None,
        format_func=lambda category: shorten_category(classes[category]),
        key=f"{key}-curves-category",
        placeholder="Compare one category with the average",
    )
    drawn = {ALL: macro} | ({} if chosen is None else {classes[chosen]: by_category[chosen]})
    table = area_table(by_category, classes)
    left, right = halves()
    with left:
        st.markdown("**ROC curve**")
        exhibit(
            roc_chart(drawn),
            f"{key}-roc",
            "ROC curve",
            model_caption(bundle, report, NOTE + ROC),
            table=table,
        )
    with right:
        st.markdown("**Precision and recall**")
        exhibit(
            precision_recall_chart(drawn),
            f"{key}-precision-recall",
            "Precision-recall curve",
            model_caption(bundle, report, NOTE + PRECISION_RECALL),
        )
    with st.expander("Show all categories"):
        number = st.column_config.NumberColumn
        show_table(
            table,
            columns={
                "ROC AUC": number(format="%.3f"),
                "Average precision": number(format="%.3f"),
                "Test products": COUNT,
            },
        )
