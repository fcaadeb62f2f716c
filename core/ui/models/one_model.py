"""One model in detail: its scores, confusion matrix, mistakes and confidence."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import streamlit as st

from core.bundle.reader import Bundle
from core.common.escaping import markdown
from core.evaluation.report import Report
from core.ui.downloads import download_table
from core.ui.figures import exhibit
from core.ui.models.confidence import confidence
from core.ui.models.confusion import confusion
from core.ui.models.curves import curves
from core.ui.models.learning import learning
from core.ui.models.parts import model_caption
from core.ui.parts import caption, choose, metrics
from core.ui.tables import COUNT, show_table
from core.views.display_names import head_name
from core.views.models.answers import answers, in_selection, selection_summary
from core.views.models.confusion import MISTAKE_SHARES, ConfusionMatrix
from core.views.models.model_table import (
    CATEGORY_SHARES,
    category_score_table,
    classification_report,
    headline,
    untested_note,
)
from core.views.models.score_charts import category_score_chart
from core.views.selection import Selection

Part = Callable[[Bundle, Selection, Report, str], None]
MANY = 30
TABS = ("Confusion matrix", "By category", "Mistakes", "Curves", "Training", "Confidence")


def one_model(bundle: Bundle, selection: Selection, wanted: float) -> None:
    """Let the visitor choose a model of the sidebar's input, and show how it does.

    `wanted`, in (0, 1), is the precision wanted of accepted answers.
    """
    modality = selection.modality
    heads = sorted(bundle.heads(modality), key=lambda head: head != bundle.best[modality])
    names = {head: head_name(head) for head in heads}
    names[heads[0]] += " ★"
    head = choose("Model", heads, names, f"models-{bundle.name}-{modality}-head", url="model")
    report = bundle.report(modality, head)
    metrics(headline(report))
    if selection.categories:
        answered = answers(bundle, modality, head)
        inside = in_selection(bundle, selection, answered)
        st.info(
            markdown(selection_summary(answered.take(inside), len(selection.categories))),
            icon=":material/filter_alt:",
        )
    parts: tuple[Part, ...] = (
        *(confusion, _by_category, _mistakes, curves, learning),
        partial(confidence, wanted=wanted),
    )
    draw = dict(zip(TABS, parts, strict=True))
    for tab, name in zip(st.tabs(TABS, on_change="rerun", key="models-part"), TABS, strict=True):
        if tab.open:  # the others cost nothing until somebody looks at them
            with tab:
                draw[name](bundle, selection, report, f"{bundle.name}-{modality}-{head}")


@st.fragment
def _by_category(bundle: Bundle, selection: Selection, report: Report, key: str) -> None:
    report_table = classification_report(report)
    table = category_score_table(report)
    table = table[selection.of_categories(table["Category"].to_numpy(dtype=object))]
    many = len(table) > MANY and not st.toggle(f"Show all {len(table)} categories", key="classes-all")
    cut = f"{MANY} of {len(table)} categories shown." if many else ""
    note = " ".join(sentence for sentence in ("Lowest F1 first.", cut, untested_note(table)) if sentence)
    exhibit(
        category_score_chart(table.head(MANY) if many else table),
        f"{key}-classes",
        "Precision, recall and F1 by category",
        model_caption(bundle, report, note),
        table=report_table,
    )
    with st.expander("Show as a table, with averages"):
        shown = table if selection.categories else report_table
        show_table(shown, shares=CATEGORY_SHARES, columns={"Test products": COUNT}, height="content")


def _mistakes(bundle: Bundle, selection: Selection, report: Report, key: str) -> None:
    table = ConfusionMatrix(np.asarray(report.confusion), tuple(report.classes)).mistake_table()
    table = table[selection.of_categories(table["True category"].to_numpy(dtype=object))]
    if table.empty:
        of_these = " of these categories" if selection.categories else ""
        st.success(f"No mistakes on test products{of_these}.", icon=":material/check_circle:")
        return
    show_table(table, bars=MISTAKE_SHARES, columns={"Products": COUNT})
    caption(model_caption(bundle, report))
    download_table(table, f"{key}-mistakes")
