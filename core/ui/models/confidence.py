"""How far a model's confidence can be relied on: calibration, coverage, and sets of categories."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.evaluation.conformal import set_scores
from core.evaluation.coverage import accept, coverage_curve
from core.evaluation.reliability import reliability
from core.ui.figures import exhibit
from core.ui.models.acceptance import acceptance
from core.ui.models.parts import model_caption
from core.ui.parts import caption, halves, metrics
from core.views.models.answers import answers, in_selection
from core.views.models.prediction_sets import set_headline, set_size_chart, set_summary
from core.views.models.trust_charts import coverage_diagram, reliability_diagram

if TYPE_CHECKING:
    from core.bundle.reader import Bundle
    from core.evaluation.report import Report
    from core.views.models.answers import Answers
    from core.views.selection import Selection


def confidence(bundle: Bundle, selection: Selection, report: Report, key: str, wanted: float) -> None:
    """Draw calibration, coverage, what a wanted precision, in (0, 1), accepts, and sets of categories."""
    answered = answers(bundle, report.modality, report.head)
    there = bundle.present(report.modality)[answered.rows]
    answered = answered.take(there & in_selection(bundle, selection, answered))
    if not len(answered.rows):
        st.caption("No test products in these categories.")
        return
    left, right = halves()
    with left:
        _calibration(bundle, report, answered, key)
    with right:
        _coverage(bundle, report, answered, key)
    if report.head != bundle.best[report.modality]:
        st.caption("What is accepted, and sets of categories, are shown for the model marked ★: it answers.")
        return
    acceptance(bundle, report, answered, wanted, key)
    _sets(bundle, report, answered, key)


def _calibration(bundle: Bundle, report: Report, answered: Answers, key: str) -> None:
    st.markdown("**Is confidence accurate?**")
    calibration = reliability(answered.true, answered.proba)
    error = calibration.expected_calibration_error
    note = "Numbers are test products. Bars on the dotted line: confidence equals accuracy. "
    note += f"Calibration error {error:.1%}."
    exhibit(
        reliability_diagram(calibration),
        f"{key}-reliability",
        "Accuracy by confidence",
        model_caption(bundle, report, note, len(answered.rows)),
    )


def _coverage(bundle: Bundle, report: Report, answered: Answers, key: str) -> None:
    st.markdown("**How many answers can be accepted?**")
    overall = min(bundle.acceptance(report.modality).overall, 1.0)
    note = "One threshold for all categories, without guards. "
    note += accept(answered.true, answered.proba, overall).sentence
    exhibit(
        coverage_diagram(coverage_curve(answered.true, answered.proba), overall),
        f"{key}-coverage",
        "Accuracy by share of answers accepted",
        model_caption(bundle, report, note, len(answered.rows)),
    )


def _sets(bundle: Bundle, report: Report, answered: Answers, key: str) -> None:
    rule = bundle.conformal(report.modality)
    sets = rule.sets(answered.proba)
    scores = set_scores(answered.true, sets)
    st.markdown("**Category sets.** Several possible categories where the model is not sure of one.")
    metrics(set_headline(scores, rule.coverage))
    note = model_caption(bundle, report, set_summary(scores, rule.coverage), len(answered.rows))
    if scores.single == 1:
        caption(note)
    else:
        exhibit(set_size_chart(sets.sum(axis=1)), f"{key}-sets", "Sizes of the category sets", note)
