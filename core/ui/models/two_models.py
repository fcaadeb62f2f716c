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
from core.views.captions import figure_caption
from core.views.models import comparison
from core.views.models.answers import answers, in_selection
from core.views.models.comparison_tables import DIFFERENCE_NOTE, difference_headline, differing, gain_table
from core.views.models.disagreements import FUSION_GROUPS, GROUPS, disagreements
from core.views.models.model_table import first_pair, model_keys, model_name, model_with_input
from core.views.models.product_listing import pair_listing
from core.views.models.score_charts import difference_chart
from core.views.selection import Selection

MANY = 30


def pair(bundle: Bundle, view: Selection) -> None:
    """Let the visitor choose two models, and show what tells them apart."""
    keys = model_keys(bundle)
    pair = []
    with st.grid(2, min_column_width=260):
        for letter, start in zip("AB", first_pair(bundle), strict=True):
            pair.append(
                st.selectbox(
                    letter,
                    keys,
                    index=keys.index(start),
                    format_func=lambda key: model_name(bundle, key),
                    key=f"pair-{bundle.name}-{letter}",
                    persist_state="session",
                )
            )
    _contrast(bundle, view, loaders.difference(bundle, *pair), pair[0], pair[1], GROUPS, "pair")


def fusion_gain(bundle: Bundle, view: Selection) -> None:
    """Show what both inputs together add to the better one alone."""
    single = comparison.better_single(bundle)
    both, alone = (("fused", bundle.best["fused"]), (single, bundle.best[single]))
    st.caption(
        f"A: {model_name(bundle, both)}. B: {model_name(bundle, alone)}, "
        "the better one alone by its validation rows."
    )
    _contrast(bundle, view, loaders.fusion_gain(bundle), both, alone, FUSION_GROUPS, "gain")


def _contrast(
    bundle: Bundle,
    view: Selection,
    gain: FusionGain,
    first: HeadKey,
    second: HeadKey,
    groups: dict[str, str],
    kind: str,
) -> None:
    one, other = (answers(bundle, *key) for key in (first, second))
    key = f"{bundle.name}-{kind}-{'-'.join((*first, *second))}"
    metrics(difference_headline(bundle, gain, first, second))
    st.info(gain.overall.words, icon=":material/balance:")
    table = gain_table(gain.per_class)
    table = table[view.of_categories(table["Category"].to_numpy(dtype=object))]
    different = differing(table)
    note = figure_caption(bundle, gain.overall.n, "test part")
    note = f"{note} · A: {model_with_input(bundle, first)} · B: {model_with_input(bundle, second)}"
    if len(different):
        whole = len(different) <= MANY or st.toggle(f"Show all {len(different)}", key=f"{kind}-all")
        shown = different if whole else differing(table, MANY)
        note += f"  \n{DIFFERENCE_NOTE} {len(shown)} of {len(table)} categories."
        figure = difference_chart(shown)
        exhibit(figure, key, "Difference by category", note, table=table)
    st.markdown("**Products behind the difference**")
    asked = np.flatnonzero(in_selection(bundle, view, one))
    places = {group: found[np.isin(found, asked)] for group, found in disagreements(one, other).items()}
    named = {group: f"{word} ({len(places[group]):,})" for group, word in groups.items()}
    group = choose("Products", list(groups), named, f"{key}-group")
    listing(bundle, pair_listing(bundle, one, other, places[group]), f"{key}-{group}")
