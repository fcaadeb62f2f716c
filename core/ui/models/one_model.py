"""The part of the Models page that shows one model in detail."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.bundle.reader import Bundle
from core.evaluation.conformal import set_scores
from core.evaluation.coverage import accept, coverage_curve
from core.evaluation.scores import Report, reliability
from core.ui.downloads import download_table
from core.ui.figures import exhibit
from core.ui.parts import choose, halves, metrics
from core.ui.products import listing, percent_column
from core.views.captions import figure_caption
from core.views.display_names import head_name
from core.views.models import confusion
from core.views.models import trust_charts as trust_figures
from core.views.models.answers import Answers, answers, in_selection, selection_summary
from core.views.models.confusion_chart import confusion_matrix
from core.views.models.groupings import each_alone, level_groupings
from core.views.models.model_table import category_score_table, headline
from core.views.models.prediction_sets import set_headline, set_size_chart, set_summary
from core.views.models.product_listing import answer_listing
from core.views.models.score_charts import SCORES, category_score_chart
from core.views.selection import Selection

MANY = 30
ORDERS = {"alphabet": "A to Z", "together": "Mixed up side by side"}
SCORE, COUNT = st.column_config.NumberColumn(format="%.3f"), st.column_config.NumberColumn(format="localized")


def one_model(bundle: Bundle, view: Selection) -> None:
    """Let the visitor choose a model of the view's input, and show how it does."""
    modality = view.modality
    heads = sorted(bundle.heads(modality), key=lambda head: head != bundle.best[modality])
    names = {head: head_name(head) for head in heads}
    names[heads[0]] += " ★"
    head = choose(
        "Model",
        heads,
        names,
        f"models-{bundle.name}-{modality}-head",
        url="model",
    )
    report = bundle.report(modality, head)
    metrics(headline(report))
    if view.categories:
        found = answers(bundle, modality, head)
        st.info(
            selection_summary(found, in_selection(bundle, view, found), len(view.categories)),
            icon=":material/filter_alt:",
        )
    parts = {
        "Confusion matrix": _confusion,
        "By category": _by_category,
        "Most frequent mistakes": _mistakes,
        "How sure": _trust,
    }
    tabs = st.tabs(list(parts), on_change="rerun", key="models-part")
    for tab, draw in zip(tabs, parts.values(), strict=True):
        if tab.open:  # the others cost nothing until somebody looks at them
            with tab:
                draw(bundle, view, report, f"{bundle.name}-{modality}-{head}")


def _facts(bundle: Bundle, report: Report, note: str = "", rows: int | None = None) -> str:
    return figure_caption(
        bundle, report.n if rows is None else rows, "test part", report.modality, report.head, note
    )


def _confusion(bundle: Bundle, view: Selection, report: Report, key: str) -> None:
    found = answers(bundle, report.modality, report.head)
    levels = level_groupings(bundle.table, bundle.labels, bundle.classes)
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        level = "classes"
        if levels:
            named = {name: f"{len(g.names)} groups ({name.replace('_', ' ')})" for name, g in levels.items()}
            named = {level: f"{len(bundle.classes)} categories"} | named
            level = choose("Rows and columns", list(named), named, f"{bundle.name}-confusion-level")
        grouping = levels.get(level) or each_alone(bundle.classes)
        matrix = confusion.count_cells(found.true, found.predicted, grouping)
        asked = view.of_categories(np.asarray(bundle.classes, dtype=object))
        chosen = np.unique(grouping.of_class[asked]) if view.categories else ()
        extents = confusion.extents(matrix, MANY, chosen)
        named = {code: name for code, (name, _) in extents.items()}
        extent = next(iter(extents))
        if len(extents) > 1:
            extent = choose("Shown", list(extents), named, f"confusion-{level}-{'-'.join(extents)}")
        order = choose("Order", list(ORDERS), ORDERS, "confusion-order")
        shares = st.toggle("Shares of each row", value=True, key="confusion-shares", persist_state="session")
        diagonal = not st.toggle("Mistakes only", key="confusion-mistakes", persist_state="session")
    above = st.container()  # the matrix, which outlines the cell chosen under it
    cells = [c for c in confusion.filled_cells(matrix) if not view.categories or c.true in chosen]
    if not cells:
        st.caption("No test product is of these categories.")
        return
    cell = st.selectbox(
        "Click a cell, or choose one here, to see its products",
        cells,
        format_func=lambda cell: confusion.cell_word(cell, grouping.names, matrix),
        key=f"{key}-{level}-cell",
        help="The most frequent mistakes come first.",
    )
    shown = confusion.ordered(matrix, grouping.names, extents[extent][1], together=order == "together")
    figure = confusion_matrix(matrix, grouping.names, shown, shares=shares, diagonal=diagonal, picked=cell)

    def pick() -> None:
        picked = confusion.picked_cell(st.session_state[f"{key}-confusion"])
        if picked in cells:
            st.session_state[f"{key}-{level}-cell"] = picked

    with above:
        note = "Blue: right. Orange: mistakes; the row is the true category, the column what the model said."
        if len(shown) < len(matrix):
            note += f" {len(shown)} of {len(matrix)} shown."
        exhibit(
            figure,
            f"{key}-confusion",
            "Confusion matrix",
            _facts(bundle, report, note),
            table=confusion.matrix_table(matrix, grouping.names),
            on_select=pick,
            selection_mode="points",
        )
    places = confusion.cell_places(found.true, found.predicted, grouping, cell)
    listing(
        bundle,
        answer_listing(bundle, found, places),
        f"{key}-{level}-{cell.true}-{cell.predicted}",
    )


def _by_category(bundle: Bundle, view: Selection, report: Report, key: str) -> None:
    table = category_score_table(report)
    table = table[view.of_categories(table["Category"].to_numpy(dtype=object))]
    many = len(table) > MANY and not st.toggle(f"Show all {len(table)} categories", key="classes-all")
    note = "The weakest categories first." + (f" {MANY} of {len(table)}." if many else "")
    figure = category_score_chart(table.head(MANY) if many else table)
    alt = "Precision, recall and F1 by category"
    exhibit(figure, f"{key}-classes", alt, _facts(bundle, report, note), table=table)
    columns = dict.fromkeys(SCORES, SCORE) | {"Test products": COUNT}
    with st.expander("The same as a table"):
        st.dataframe(table, hide_index=True, column_config=columns)


def _mistakes(bundle: Bundle, view: Selection, report: Report, key: str) -> None:
    pairs = confusion.mistake_table(np.asarray(report.confusion), report.classes)
    pairs = pairs[view.of_categories(pairs["Category"].to_numpy(dtype=object))]
    if pairs.empty:
        of_these = " of these categories" if view.categories else ""
        st.success(f"No mistakes on the test products{of_these}.", icon=":material/check_circle:")
        return
    shown = pairs.assign(Share=100 * pairs["Share"])
    st.dataframe(shown, hide_index=True, column_config={"Share": percent_column("Share of the category")})
    st.caption(_facts(bundle, report))
    download_table(pairs, f"{key}-mistakes")


def _trust(bundle: Bundle, view: Selection, report: Report, key: str) -> None:
    found = answers(bundle, report.modality, report.head)
    found = found.take(in_selection(bundle, view, found))
    if not len(found.rows):
        st.caption("No test product is of these categories.")
        return
    left, right = halves()
    with left:
        st.markdown("**Does confidence mean what it says?**")
        sure = reliability(found.true, found.proba)
        note = "Bars on the dotted line: it does. Calibration error "
        note = _facts(bundle, report, f"{note}{sure.expected_calibration_error:.3f}.", len(found.rows))
        figure = trust_figures.reliability_diagram(sure)
        exhibit(figure, f"{key}-reliability", "Confidence against share right", note)
    with right:
        st.markdown("**How much can go without a person?**")
        used = bundle.review_thresholds[report.modality]
        start = round(100 * min(used, 1), 1)
        percent = st.slider(
            "Accept an answer from this confidence on",
            *(0.0, 100.0, start, 0.1),
            format="%.1f %%",
            key=f"{key}-threshold",
            help=f"To begin with the threshold in use, {used:.1%}, which the validation rows chose.",
            persist_state="session",
        )
        threshold = used if percent == start else percent / 100
        note = _facts(bundle, report, accept(found.true, found.proba, threshold).words, len(found.rows))
        figure = trust_figures.coverage_diagram(coverage_curve(found.true, found.proba), threshold)
        exhibit(figure, f"{key}-coverage", "Share right against share accepted", note)
    if report.head != bundle.best[report.modality]:
        st.caption("Thresholds and sets of categories in use are those of the model with the ★.")
        return
    own = accept(found.true, found.proba, bundle.class_thresholds(report.modality))
    st.caption(f"In use: a threshold for each predicted category. {own.words}")
    _sets(bundle, report, found, key)


def _sets(bundle: Bundle, report: Report, found: Answers, key: str) -> None:
    rule = bundle.conformal(report.modality)
    if rule is None:
        return
    sets = rule.sets(found.proba)
    scores = set_scores(found.true, sets)
    st.markdown(
        "**Which categories may it be?** A set in place of one answer, larger where the model is unsure."
    )
    metrics(set_headline(scores, rule.coverage))
    note = _facts(bundle, report, set_summary(scores, rule.coverage), len(found.rows))
    if scores.single == 1:
        st.caption(note)
    else:
        figure = set_size_chart(sets.sum(axis=1))
        exhibit(figure, f"{key}-sets", "Sizes of the sets of categories", note)
