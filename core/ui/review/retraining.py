"""The tab of the Review page that trains again with the corrected categories, and shows what that changes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from core.building import refit
from core.bundle import decisions
from core.common.escaping import markdown
from core.jobs import queue
from core.jobs.job import DONE
from core.ui import loaders
from core.ui.access import require_write
from core.ui.catalogues.watching import open_catalogue, watch_jobs
from core.ui.parts import caption, empty, section
from core.ui.products import IMAGE, ROW_HEIGHT
from core.ui.tables import show_cells, show_table
from core.views.captions import figure_caption
from core.views.catalogues.words import about
from core.views.display_names import MODALITY_NAMES, head_name
from core.views.review import refit_comparison
from core.views.review.progress import corrected_labels, review_of
from core.views.review.refit_job import KIND, refit_steps, start_refit, suggested_name

if TYPE_CHECKING:
    import numpy as np

    from core.bundle.reader import Bundle


def retraining(bundle: Bundle) -> None:
    """Offer to train with the corrected categories, and show what the last training changed."""
    if reason := refit.why_not(bundle):
        empty("Training is not possible", reason, "lock")
        return
    root = bundle.path.parent
    log = decisions.read(decisions.decisions_file(bundle))
    corrections = review_of(bundle, (), log).corrections
    labels = corrected_labels(bundle, corrections)
    if corrections:
        _offer(bundle, labels)
    elif bundle.manifest.refit is None:
        empty("No corrections yet", "Change the category of some products first.", "model_training")
    watch_jobs(root, (KIND,))
    if bundle.manifest.refit is not None:
        _what_changed(bundle)
    elif newest := _newest_refit(bundle):
        _refit(newest, labels)


def _offer(bundle: Bundle, labels: np.ndarray) -> None:
    learned, tested = refit.corrected_counts(bundle, labels)
    heads = ", ".join(head_name(head) for head in refit.refit_heads(bundle))
    st.markdown(
        f"**{learned + tested:,}** corrected: **{learned:,}** training or validation products, "
        f"**{tested:,}** test products."
    )
    took = about(sum(step.seconds for step in refit_steps(bundle)))
    caption(
        f"Trains {heads} twice on the stored features, with the categories before and the corrected ones, "
        "and searches for faults again. Both are scored on the same test products by the corrected ones. "
        f"The result is a new catalogue; this one stays as it is. Takes {took}; a busy machine takes longer."
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input(
            "Name of the new catalogue", suggested_name(bundle), key=f"refit-name-{bundle.name}", width=320
        )
        if st.button("Train again", "refit-start", type="primary", icon=":material/model_training:"):
            require_write()
            start_refit(bundle, labels, name)
            st.rerun()


def _newest_refit(bundle: Bundle) -> Bundle | None:
    """Open the refit of a bundle that was made last."""
    refits = [info for info in loaders.bundles(bundle.path.parent) if info.refit_of == bundle.path.name]
    newest = max(refits, key=lambda info: info.created, default=None)
    return None if newest is None else loaders.open_bundle(newest)


def _refit(kept: Bundle, labels: np.ndarray) -> None:
    """Show what a refit of the open catalogue changed, and open it."""
    section(f"What {kept.name} changes")
    if len(kept.labels) != len(labels) or (kept.labels != labels).any():
        st.info(
            "Corrections have changed since. Train again to see what they change.", icon=":material/info:"
        )
    place, jobs = str(kept.path.resolve()), queue.jobs(kept.path.parent)
    is_announced = any(job.state == DONE and job.target == place for job in jobs)
    if not is_announced and st.button(
        f"Open {markdown(kept.name)}", f"refit-open-{kept.fingerprint}", icon=":material/open_in_new:"
    ):
        open_catalogue(Path(kept.path).name)
    _what_changed(kept)


def _what_changed(kept: Bundle) -> None:
    """Show accuracy before and after the corrections, and the test products with another answer."""
    found = loaders.refit_changes(kept)
    if found is None:
        caption("This catalogue keeps no comparison. Train again to get one.")
        return
    before, after, changes = found
    table = refit_comparison.changes_table(changes)
    show_table(table, shares=refit_comparison.SHARES)
    caption(figure_caption(kept, len(kept.rows("test")), "test products, corrected categories"))
    st.markdown(
        "  \n".join(
            f"**{MODALITY_NAMES[m]}:** {markdown(change.comparison.sentence)}"
            for m, change in changes.items()
        )
    )
    modality = kept.modalities[-1]
    table = refit_comparison.changed_table(kept, modality, before, after)
    section("Changed answers", f"{MODALITY_NAMES[modality]}: test products that now get another category.")
    if table.empty:
        empty("None", "Every test product gets the same category as before.", "check")
    else:
        show_cells(table, row_height=ROW_HEIGHT, column_config={"Image": IMAGE})
