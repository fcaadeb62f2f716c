"""What the wanted precision means for each category."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.ui import loaders
from core.ui.downloads import download_table
from core.ui.models.parts import model_caption
from core.ui.tables import show_table
from core.views.formatting import percent
from core.views.models.acceptance import SHARES, acceptance_table, accepted_answers, guard_sentence
from core.views.models.accepted import judged_with

if TYPE_CHECKING:
    from core.bundle.reader import Bundle
    from core.evaluation.report import Report
    from core.views.models.answers import Answers


def acceptance(bundle: Bundle, report: Report, answered: Answers, wanted: float, key: str) -> None:
    """Show what the wanted precision, in (0, 1), accepts among test products, category by category."""
    given = report.modality
    rule = loaders.acceptance_rules(bundle, wanted).rules[given]
    judged = judged_with(bundle, given, answered)
    st.markdown(f"**Accepted by category, at a wanted precision of {percent(wanted)}**")
    st.caption(
        model_caption(bundle, report, accepted_answers(rule, judged).sentence, len(answered.rows))
        + " "
        + guard_sentence(rule, judged)
    )
    table = acceptance_table(rule, judged, bundle.classes, wanted)
    show_table(table, bars=SHARES)
    download_table(table, f"{key}-acceptance")
