"""What people ask of the models first, answered in a sentence each; and the precision that is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.bundle.wanted_precision import keep_wanted_precision
from core.common.escaping import markdown
from core.ui import loaders
from core.ui.access import may_write, require_write
from core.ui.parts import caption, errors
from core.views.formatting import percent
from core.views.models.questions import Reply, automated

if TYPE_CHECKING:
    from core.bundle.reader import Bundle

LEAST, MOST, TENTH = 50.0, 99.9, 0.1
"""Percentages that can be wanted, and the smallest step between two."""


def questions(bundle: Bundle) -> float:
    """Answer what is asked first; return the precision that is wanted, in (0, 1)."""
    with st.grid(2, min_column_width=330):
        for reply in loaders.replies(bundle):
            with st.container(border=True, height="stretch"):
                _reply(reply)
        with st.container(border=True, height="stretch"):
            return _automation(bundle)


def _reply(reply: Reply) -> None:
    caption(reply.question)
    st.markdown(f"**{markdown(reply.verdict)}**")
    caption(reply.basis)


def _automation(bundle: Bundle) -> float:
    """Ask for the wanted precision, say what it accepts among test products, and keep it on request."""
    kept = bundle.manifest.acceptance.wanted_precision
    kept_percent = round(100 * kept, 1)
    above = st.container()  # the answer, which depends on the field under it
    with st.container(horizontal=True, vertical_alignment="bottom"):
        wanted_percent = st.number_input(
            "Wanted precision, %",
            min(LEAST, kept_percent),
            max(MOST, kept_percent),
            kept_percent,
            0.5,
            format="%.1f",
            key=f"{bundle.name}-wanted-{bundle.fingerprint}",
            width=200,
            help="This share of the accepted answers is to be right. Thresholds come from answers to "
            "products held out from training, not from the test products shown here.",
        )
        changed = abs(wanted_percent - kept_percent) > TENTH / 2
        wanted = round(wanted_percent / 100, 4) if changed else kept
        if may_write() and st.button(
            "Keep", key=f"{bundle.name}-keep", disabled=not changed, icon=":material/save:"
        ):
            with errors():
                require_write()
                keep_wanted_precision(bundle, wanted)
                st.rerun()
    if changed:
        st.caption(f"Not in use yet: *Predict* and files accept at {percent(kept)} until you keep it.")
    with above:
        _reply(automated(loaders.automation(bundle, wanted), wanted))
    return wanted
