"""The precision that is wanted of accepted answers, and what it means for each category."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.bundle.wanted_precision import keep_wanted_precision
from core.evaluation.acceptance import fit_acceptance
from core.ui.access import may_write, require_write
from core.ui.downloads import download_table
from core.ui.models.parts import model_caption
from core.ui.parts import errors
from core.ui.tables import show_table
from core.views.formatting import percent
from core.views.models.acceptance import SHARES, acceptance_table, accepted_answers, guard_sentence
from core.views.models.accepted import judged_with

if TYPE_CHECKING:
    from core.bundle.reader import Bundle
    from core.evaluation.report import Report
    from core.views.models.answers import Answers

LEAST, MOST, TENTH = 50.0, 99.9, 0.1
"""Percentages that can be wanted, and the smallest step between two."""


def acceptance(bundle: Bundle, report: Report, answered: Answers, key: str) -> None:
    """Ask for the wanted precision, show what it accepts among test products, and keep it on request."""
    kept = bundle.manifest.acceptance.wanted_precision
    kept_percent = round(100 * kept, 1)
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    wanted_percent = left.number_input(
        "I want this percentage of the accepted answers to be right",
        min(LEAST, kept_percent),
        max(MOST, kept_percent),
        kept_percent,
        0.5,
        format="%.1f",
        key=f"{key}-wanted-{bundle.fingerprint}",
        help="Thresholds come from answers to products held out from training, not from the test products "
        "shown here.",
    )
    changed = abs(wanted_percent - kept_percent) > TENTH / 2
    wanted = round(wanted_percent / 100, 4) if changed else kept
    if may_write() and right.button(
        "Keep", key=f"{key}-keep", disabled=not changed, width="stretch", icon=":material/save:"
    ):
        with errors():
            require_write()
            keep_wanted_precision(bundle, wanted)
            st.rerun()
    given = report.modality
    rule = bundle.acceptance(given)
    if changed:
        guard = bundle.manifest.acceptance.guard
        rule = fit_acceptance(bundle.held_out(given), len(bundle.classes), wanted, guard)
    judged = judged_with(bundle, given, answered)
    if changed:
        st.caption(f"Not in use yet: *Predict* and files accept at {percent(kept)} until you keep it.")
    st.caption(
        model_caption(bundle, report, accepted_answers(rule, judged).sentence, len(answered.rows))
        + " "
        + guard_sentence(rule, judged)
    )
    table = acceptance_table(rule, judged, bundle.classes, wanted)
    show_table(table, bars=SHARES)
    download_table(table, f"{key}-acceptance")
