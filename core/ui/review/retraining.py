"""The tab of the Review page that trains again with the corrected categories, and saves the result."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.building import refit
from core.bundle import decisions
from core.bundle.room import check_room
from core.common.escaping import markdown
from core.ui import loaders
from core.ui.access import require_write
from core.ui.parts import caption, empty, errors, section
from core.ui.products import IMAGE, ROW_HEIGHT
from core.ui.tables import show_cells, show_table
from core.views.captions import figure_caption
from core.views.display_names import MODALITY_NAMES, head_name
from core.views.review import refit_comparison
from core.views.review.progress import corrected_labels

if TYPE_CHECKING:
    import numpy as np

    from core.building.refit import Refit
    from core.bundle.reader import Bundle
    from core.views.review.progress import Review


def retraining(bundle: Bundle, review: Review) -> None:
    """Offer to train with the corrected categories, and show what that changes."""
    if reason := refit.why_not(bundle):
        empty("Training is not possible", reason, "lock")
        return
    if not review.corrections:
        empty("No corrections yet", "Change the category of some products first.", "model_training")
        return
    labels = corrected_labels(bundle, review.corrections)
    _explain(bundle, labels)
    key = f"refit-{bundle.fingerprint}"
    if st.button("Train again", type="primary", icon=":material/model_training:"):
        before = loaders.trained_on_original(bundle)
        with st.spinner("Training on the corrected categories …"):
            st.session_state[key] = (before, refit.retrain(bundle, before, labels))
    if key not in st.session_state:
        return
    before, after = st.session_state[key]
    if (after.labels != labels).any():
        st.info("Corrections have changed. Train again.", icon=":material/info:")
        return
    _what_changed(bundle, before, after)
    _save(bundle, labels)


def _explain(bundle: Bundle, labels: np.ndarray) -> None:
    learned, tested = refit.corrected_counts(bundle, labels)
    heads = ", ".join(head_name(head) for head in refit.refit_heads(bundle))
    st.markdown(
        f"**{learned + tested:,}** corrected: **{learned:,}** training or validation products, "
        f"**{tested:,}** test products."
    )
    caption(
        f"Trains {heads} twice on the stored features: with the original categories and with the corrected "
        "ones. Both are scored on the same test products by the corrected categories. Takes about half a "
        "minute per thousand products."
    )


def _what_changed(bundle: Bundle, before: Refit, after: Refit) -> None:
    changes = refit_comparison.model_changes(bundle, before, after)
    table = refit_comparison.changes_table(changes)
    show_table(table, shares=refit_comparison.SHARES)
    caption(figure_caption(bundle, len(bundle.rows("test")), "test products, corrected categories"))
    st.markdown(
        "  \n".join(
            f"**{MODALITY_NAMES[m]}:** {markdown(change.comparison.sentence)}"
            for m, change in changes.items()
        )
    )
    modality = bundle.modalities[-1]
    table = refit_comparison.changed_table(bundle, modality, before, after)
    section("Changed answers", f"{MODALITY_NAMES[modality]}: test products that now get another category.")
    if table.empty:
        empty("None", "Every test product gets the same category as before.", "check")
    else:
        show_cells(table, row_height=ROW_HEIGHT, column_config={"Image": IMAGE})


def _save(bundle: Bundle, labels: np.ndarray) -> None:
    # What builds bundles: only those who save wait for it.
    from core.building.refit_bundle import keep_refit, refit_path

    section(
        "Save as a new catalogue",
        "Saves the corrected categories, these models and a new search for faults.",
    )
    with st.form("refit-keep", border=False):
        name = st.text_input("Name", f"{decisions.origin_of(bundle)}-refit", width=320)
        if st.form_submit_button("Save", icon=":material/save:"):
            with errors(), st.spinner("Training, searching for faults and saving …"):
                require_write()
                check_room(bundle.path.parent, catalogues=1)
                kept = keep_refit(bundle, labels, refit_path(bundle, name))
                st.success(
                    markdown(f"Saved {kept.path}. Choose it in the sidebar."), icon=":material/check_circle:"
                )
