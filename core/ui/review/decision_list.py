"""The tab of the Review page that lists decisions and exports them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.bundle import decisions
from core.common.spreadsheet import file_name
from core.ui.access import is_local, may_write
from core.ui.parts import caption, empty, section
from core.ui.review.own_table import own_table
from core.ui.tables import show_cells
from core.views.review.decision_table import decision_rows, decisions_csv, shown_decisions

if TYPE_CHECKING:
    from core.bundle.reader import Bundle


def decision_list(bundle: Bundle) -> None:
    """List the last decision on each product; the owner's corrected table comes first."""
    log = decisions.read(decisions.decisions_file(bundle))
    rows = decision_rows(bundle, log)
    if not rows:
        empty("No decisions yet", "Your decisions are listed here and can be exported.", "fact_check")
        return
    if may_write() and any(decision.action == "correct" for decision in log.decisions):
        own_table(bundle, decisions.decided_categories(log), "decisions")
        section("Decisions")
    show_cells(shown_decisions(rows))
    st.download_button(
        "Export CSV", decisions_csv(rows), file_name(bundle.name, "decisions", ending="csv"),
        "text/csv", icon=":material/download:", on_click="ignore",
    )  # fmt: skip
    lines, are = ("line", "is") if log.unreadable == 1 else ("lines", "are")
    lost = f" {log.unreadable:,} {lines} of it cannot be read and {are} ignored." if log.unreadable else ""
    place = f", saved in {decisions.decisions_file(bundle)}" if is_local() else ""
    caption(f"The last decision on each product{place}.{lost}")
