"""The part of the Models page that compares two models, or both inputs with one."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.bundle.reader import Bundle
from core.evaluation.fusion_gain import FusionGain
from core.heads.key import HeadKey
from core.ui import loaders
from core.ui.figures import exhibit
from core.ui.parts import choose, metrics
from core.ui.products import listing
from core.views import words
from core.views.models import category_charts as model_figures
from core.views.models import comparison, model_views
from core.views.models.model_views import FUSION_GROUPS, GROUPS
from core.views.selection import View

MANY = 30


def pair(bundle: Bundle, view: View) -> None:
    """Let the visitor choose two models, and show what tells them apart."""
    keys = model_views.model_keys(bundle)
    pair = []
    with st.grid(2, min_column_width=260):
        for letter, start in zip("AB", model_views.first_pair(bundle), strict=True):
            pair.append(
                st.selectbox(
                    letter,
                    keys,
                    index=keys.index(start),
                    format_func=lambda key: model_views.model_word(bundle, key),
                    key=f"pair-{bundle.name}-{letter}",
                    persist_state="session",
                )
            )
    _contrast(bundle, view, loaders.difference(bundle, *pair), pair[0], pair[1], GROUPS, "pair")


def fusion_gain(bundle: Bundle, view: View) -> None:
    """Show what both inputs together add to the better one alone."""
    single = comparison.better_single(bundle)
    both, alone = (("fused", bundle.best["fused"]), (single, bundle.best[single]))
    st.caption(
        f"A: {model_views.model_word(bundle, both)}. B: {model_views.model_word(bundle, alone)}, "
        "the better one alone by its validation rows."
    )
    _contrast(bundle, view, loaders.fusion_gain(bundle), both, alone, FUSION_GROUPS, "gain")


def _contrast(
    bundle: Bundle,
    view: View,
    gain: FusionGain,
    first: HeadKey,
    second: HeadKey,
    groups: dict[str, str],
    kind: str,
) -> None:
    one, other = (comparison.answers(bundle, *key) for key in (first, second))
    key = f"{bundle.name}-{kind}-{'-'.join((*first, *second))}"
    metrics(model_views.difference_headline(bundle, gain, first, second))
    st.info(gain.overall.words, icon=":material/balance:")
    table = model_views.gain_table(gain.per_class)
    table = table[view.of_categories(table["Category"].to_numpy(dtype=object))]
    differing = model_views.differing(table)
    note = words.facts(bundle, gain.overall.n, "test part")
    note = f"{note} · A: {model_views.rests_on(bundle, first)} · B: {model_views.rests_on(bundle, second)}"
    if len(differing):
        whole = len(differing) <= MANY or st.toggle(f"Show all {len(differing)}", key=f"{kind}-all")
        shown = differing if whole else model_views.differing(table, MANY)
        note += f"  \n{model_views.DIFFERENCE_NOTE} {len(shown)} of {len(table)} categories."
        figure = model_figures.class_differences(shown)
        exhibit(figure, key, "Difference by category", note, table=table)
    st.markdown("**Products behind the difference**")
    asked = np.flatnonzero(model_views.asked_for(bundle, view, one))
    places = {
        group: found[np.isin(found, asked)] for group, found in model_views.disagreements(one, other).items()
    }
    named = {group: f"{word} ({len(places[group]):,})" for group, word in groups.items()}
    group = choose("Products", list(groups), named, f"{key}-group")
    listing(bundle, model_views.pair_listing(bundle, one, other, places[group]), f"{key}-{group}")
