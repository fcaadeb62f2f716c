"""Go through what is doubtful, decide, and see what the corrections change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from core.building import refit
from core.bundle import decisions
from core.common.spreadsheet import file_name
from core.ui import loaders
from core.ui.page import page
from core.ui.parts import PRIVATE, caption, choose, empty, errors, section
from core.views.display_names import MODALITY_NAMES, head_name
from core.views.review import decision_table, product_panel, refit_comparison
from core.views.review.held_out_answers import candidates
from core.views.review.progress import STATES, corrected_labels, decide, review_of
from core.views.review.queue import KINDS, MOST_UNCERTAIN

if TYPE_CHECKING:
    import numpy as np

    from core.building.refit import Trained
    from core.bundle.decisions import Decision, Key, Log
    from core.bundle.reader import Bundle
    from core.views.review.progress import Review
    from core.views.review.queue import Item
    from core.views.selection import Selection

FAULTY = {"image": "Picture is wrong", "text": "Text is wrong", "outlier": "Does not belong here"}
ALL = "all"
NOTES = (
    "Keys work while no field is being typed in. A decision is saved at once in a file beside the bundle; "
    f"neither catalogue nor bundle is changed. {KINDS['uncertain']}: up to {MOST_UNCERTAIN} products of the "
    "test part, for the models have learned from all others."
)


def show(bundle: Bundle, view: Selection) -> None:
    """Draw the page."""
    log = decisions.read(decisions.decisions_file(bundle))
    weak = st.session_state.get("review-weak", False)
    items, asked = loaders.review_items(bundle, weak=weak), view.mask(bundle.table)
    items = [item for item in items if asked[item.row] or (item.is_pair and asked[item.other])]
    review = review_of(bundle, items, log)
    one, listed, again = st.tabs(["One by one", "Decisions", "Train again"])
    with one:
        _one_by_one(bundle, review)
    with listed:
        _decisions(bundle, log)
    with again, errors():
        _train_again(bundle, review)


def _one_by_one(bundle: Bundle, review: Review) -> None:
    kinds = (None, *review.kinds())
    counts = {kind or ALL: review.count(kind, "open") for kind in kinds}
    names = {kind: f"{KINDS.get(kind, 'All')} ({count:,})" for kind, count in counts.items()}
    chosen = choose("Kind", list(names), names, f"review-kind-{bundle.name}", label_visibility="collapsed")
    kind = None if chosen == ALL else chosen
    counts = {view: review.count(kind, view) for view in STATES}
    names = {view: f"{STATES[view]} ({count:,})" for view, count in counts.items()}
    view = choose("Show", list(STATES), names, f"review-view-{bundle.name}", label_visibility="collapsed")
    st.progress(counts["decided"] / max(1, sum(counts.values())), review.words(kind))
    shown = review.shown(kind, view)
    item = review.current(shown, st.session_state.get(f"review-at-{bundle.name}"))
    if item is not None:
        _item(bundle, review, item, shown)
    elif view == "open":
        text = "Look through what was skipped, or go on to the next tab."
        empty("Nothing left to do" if review.items else "Nothing was found", text, "task_alt")
    else:
        empty("Nothing here", "Skipped and decided products wait here to be looked at again.", "inbox")
    if item is None:
        _undo(bundle)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.toggle("Weaker hints, too", key="review-weak", persist_state="session")
        st.text_input(
            "Reviewer", key="review-who", persist_state="session", placeholder="Your name",
            label_visibility="collapsed", width=220,
        )  # fmt: skip
    older = " This bundle was built by an older version, which looked for no faults: build it again."
    st.caption(NOTES + older * (bundle.faults is None) + f" {PRIVATE}" * bundle.private)


def _item(bundle: Bundle, review: Review, item: Item, shown: list[Item]) -> None:
    """Show one product, or a pair, and the decisions that can be taken."""
    current = review.corrections.get(item.sku, bundle.table["category"].iat[item.row])
    opinions, place = loaders.opinions(bundle), shown.index(item)
    said = opinions.of(item.row)
    with st.container(border=True):
        st.html(
            product_panel.product_panel(bundle, item, current, said, tested=bool(opinions.tested[item.row]))
        )
    after = shown[(place + 1) % len(shown)].key
    form = f"review-{bundle.fingerprint}-{'-'.join(item.key)}"

    def button(label: str, key: str, action: str, category: str = current, **more: Any) -> None:
        what = (bundle, item, action, category, after, form)
        st.button(label, f"{form}-{key}", shortcut=key, on_click=_decide, args=what, **more)

    with st.container(horizontal=True, gap="small"):
        kept = "Two products" if item.is_pair else f"Keep {product_panel.button_label(current)}"
        button(kept, "K", "keep", icon=":material/check:")
        faults = [FAULTY[kind] for kind in item.kinds if kind in FAULTY]
        for fault in ["Same product"] if item.is_pair else faults[:1]:
            button(fault, "F", "confirm", icon=":material/flag:")
        button("Skip", "S", "skip", icon=":material/skip_next:")
        _undo(bundle, review.holding.get(item.key))
        for label, key, step in (("Back", "Left", -1), ("Next", "Right", 1)):
            at = shown[(place + step) % len(shown)].key
            st.button(label, f"review-{key}", type="tertiary", shortcut=key, on_click=_go, args=(bundle, at))
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.markdown("Move to", width="content")
        for number, name in enumerate(candidates(bundle, item, said, current), 1):
            button(product_panel.button_label(name), str(number), "correct", name)
        st.selectbox(
            "Another category", [name for name in bundle.classes if name != current], index=None,
            key=f"{form}-any", placeholder="Another category …", label_visibility="collapsed", width=190,
            on_change=_decide, args=(bundle, item, "correct", None, after, form),
        )  # fmt: skip
    if decided := review.holding.get(item.key):
        st.caption(
            f"{decisions.ACTIONS[decided.action]} {decided.time[:16].replace('T', ' ')} UTC {decided.who}"
        )


def _undo(bundle: Bundle, decided: Decision | None = None) -> None:
    """Offer to take back what was decided on the product that is shown, else what was decided last here."""
    mine = st.session_state.get(f"review-mine-{bundle.name}", [])
    one = decided or (mine[-1] if mine else None)
    st.button(
        "Take back" if decided else "Undo", "review-U", shortcut="U", icon=":material/undo:",
        disabled=one is None, on_click=_take_back, args=(bundle, one),
    )  # fmt: skip


def _decide(bundle: Bundle, item: Item, action: str, category: str | None, after: Key, form: str) -> None:
    """Save a decision and go on; a key that is pressed twice decides once."""
    mine = st.session_state.setdefault(f"review-mine-{bundle.name}", [])
    new = category or st.session_state[f"{form}-any"]
    last, who = (mine or [None])[-1], st.session_state.get("review-who", "")
    with errors():
        decision = decide(bundle, item, action, new, who, last)
        if decision is not last:
            mine.append(decision)
        _go(bundle, after)


def _take_back(bundle: Bundle, decision: Decision) -> None:
    with errors():
        file = decisions.decisions_file(bundle)
        decisions.take_back(file, decision.id, st.session_state.get("review-who", ""))
        name = f"review-mine-{bundle.name}"
        st.session_state[name] = [one for one in st.session_state.get(name, []) if one.id != decision.id]
        _go(bundle, decision.key)


def _go(bundle: Bundle, key: Key) -> None:
    st.session_state[f"review-at-{bundle.name}"] = key


def _decisions(bundle: Bundle, log: Log) -> None:
    rows = decision_table.decision_rows(bundle, log)
    if not rows:
        text = "Decisions will be listed here, to be exported as a table."
        empty("Nothing decided yet", text, "fact_check")
        return
    st.dataframe(decision_table.shown_decisions(rows), hide_index=True)
    st.download_button(
        "Export as CSV", decision_table.decisions_csv(rows),
        file_name(bundle.name, "decisions", ending="csv"), "text/csv",
        icon=":material/download:", on_click="ignore",
    )  # fmt: skip
    lost = f" {log.unreadable:,} lines of it cannot be read and do not count." * bool(log.unreadable)
    st.caption(f"The last decision on each product. Kept in `{decisions.decisions_file(bundle)}`.{lost}")


def _train_again(bundle: Bundle, review: Review) -> None:
    if reason := refit.why_not(bundle):
        empty("Not with this bundle", reason, "lock")
        return
    if not review.corrections:
        empty("No corrections yet", "Move products to other categories first.", "model_training")
        return
    labels = corrected_labels(bundle, review.corrections)
    teach, test = refit.taught_and_tested(bundle, labels)
    heads = ", ".join(head_name(head) for head in refit.refit_heads(bundle))
    st.markdown(
        f"**{teach + test:,}** corrected: **{teach:,}** that models learn from, **{test:,}** that test them."
    )
    st.caption(
        f"Trains {heads} twice on the stored features, with the catalogue's categories and with the "
        "corrected ones; both are judged on the same test products by the corrected categories. That takes "
        "half a minute for a thousand products."
    )
    key = f"refit-{bundle.fingerprint}"
    if st.button("Train again", type="primary", icon=":material/model_training:"):
        before = loaders.untaught(bundle)
        with st.spinner("Training on the corrected categories …"):
            st.session_state[key] = (before, refit.retrain(bundle, before, labels))
    if key not in st.session_state:
        return
    before, after = st.session_state[key]
    if (after.labels != labels).any():
        st.info("Corrections have changed since: train again.", icon=":material/info:")
        return
    _what_changed(bundle, before, after)
    _keep(bundle, labels)


def _what_changed(bundle: Bundle, before: Trained, after: Trained) -> None:
    changes = refit_comparison.changes(bundle, before, after)
    st.dataframe(refit_comparison.changes_table(changes).style.format(precision=3), hide_index=True)
    caption(bundle, len(bundle.rows("test")), "test part, by corrected categories")
    st.markdown("  \n".join(f"**{MODALITY_NAMES[m]}:** {one.comparison.words}" for m, one in changes.items()))
    modality = bundle.modalities[-1]
    table = refit_comparison.changed_table(bundle, modality, before, after)
    section("Answered otherwise", f"{MODALITY_NAMES[modality]}: test products whose answer is another now.")
    if table.empty:
        empty("None", "Every test product gets the category that it got before.", "check")
    else:
        picture = {"Picture": st.column_config.ImageColumn(width=72)}
        st.dataframe(table, hide_index=True, row_height=56, column_config=picture)


def _keep(bundle: Bundle, labels: np.ndarray) -> None:
    from core.building import keep  # what builds bundles: nobody waits for it who only looks

    section(
        "Keep it",
        "Writes a bundle of its own beside this one: corrected categories, these models, and faults looked "
        "for anew. Its manifest says what it came from.",
    )
    with st.form("refit-keep", border=False):
        name = st.text_input("Name of the new bundle", f"{decisions.origin_of(bundle)}-refit", width=320)
        if st.form_submit_button("Write the bundle", icon=":material/save:"):
            with errors(), st.spinner("Training, looking for faults and writing …"):
                kept = keep.keep_refit(bundle, labels, keep.refit_path(bundle, name))
                st.success(f"Written: {kept.path}. Choose it in the sidebar.", icon=":material/check_circle:")


page(
    "Review",
    "Go through what is probably wrong, decide with a key, and see what your corrections change.",
    show,
    filtered_by=("categories", "part"),
)
