"""Two models of the Models page compared, or both inputs with one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from core.bundle.model_card import better_single
from core.common.escaping import markdown
from core.heads.key import HeadKey
from core.ui import loaders
from core.ui.figures import exhibit
from core.ui.parts import caption, choose, metrics
from core.ui.products import listing
from core.views.captions import figure_caption
from core.views.models.answers import Answers, answers, in_selection
from core.views.models.comparison_tables import DIFFERENCE_NOTE, difference_headline, differing, gain_table
from core.views.models.disagreements import FUSION_GROUPS, GROUPS, disagreements
from core.views.models.model_table import first_pair, model_keys, model_name, model_with_input
from core.views.models.product_listing import pair_listing
from core.views.models.score_charts import difference_chart

if TYPE_CHECKING:
    from core.bundle.reader import Bundle
    from core.evaluation.fusion_gain import FusionGain
    from core.views.selection import Selection

MANY = 30


@st.fragment
def two_models(bundle: Bundle, selection: Selection) -> None:
    """Let the visitor choose two models, and show how they differ; choosing redraws only this."""
    keys = model_keys(bundle)
    with st.grid(2, min_column_width=260):
        first, second = (
            st.selectbox(
                f"Model {letter}",
                keys,
                index=keys.index(start),
                format_func=lambda key: model_name(bundle, key),
                key=f"pair-{bundle.name}-{letter}",
                persist_state="session",
            )
            for letter, start in zip("AB", first_pair(bundle), strict=True)
        )
    gain = loaders.difference(bundle, first, second)
    _comparison(bundle, selection, gain, (first, second), GROUPS, "pair")


@st.fragment
def both_inputs(bundle: Bundle, selection: Selection) -> None:
    """Show what text and image together add to the better one alone."""
    gain = loaders.fusion_gain(bundle)
    if gain is None:
        return
    single = better_single(bundle.models)
    models = HeadKey("fused", bundle.best["fused"]), HeadKey(single, bundle.best[single])
    caption(
        f"A: {model_name(bundle, models[0])}. B: {model_name(bundle, models[1])}, the better single input "
        "on validation products."
    )
    _comparison(bundle, selection, gain, models, FUSION_GROUPS, "gain")


def _comparison(
    bundle: Bundle,
    selection: Selection,
    gain: FusionGain,
    models: tuple[HeadKey, HeadKey],
    groups: Mapping[str, str],
    kind: str,
) -> None:
    key = f"{bundle.name}-{kind}-{'-'.join((*models[0], *models[1]))}"
    metrics(difference_headline(bundle, gain, *models))
    st.info(markdown(gain.overall.sentence), icon=":material/balance:")
    _by_category(bundle, selection, gain, models, key, f"{kind}-all")
    first, second = (answers(bundle, *model) for model in models)
    _products(bundle, selection, first, second, groups, key)


def _by_category(
    bundle: Bundle,
    selection: Selection,
    gain: FusionGain,
    models: tuple[HeadKey, HeadKey],
    key: str,
    toggle: str,
) -> None:
    table = gain_table(gain.per_class)
    table = table[selection.of_categories(table["Category"].to_numpy(dtype=object))]
    different = differing(table)
    if different.empty:
        return
    whole = len(different) <= MANY or st.toggle(f"Show all {len(different)} categories", key=toggle)
    shown = different if whole else differing(table, MANY)
    first, second = (model_with_input(bundle, model) for model in models)
    facts = figure_caption(bundle, gain.overall.n, "test products")
    note = f"{DIFFERENCE_NOTE} {len(shown)} of {len(table)} categories."
    exhibit(
        difference_chart(shown),
        key,
        "Difference by category",
        f"{facts} · A: {first} · B: {second}  \n{note}",
        table=table,
    )


def _products(
    bundle: Bundle,
    selection: Selection,
    first: Answers,
    second: Answers,
    groups: Mapping[str, str],
    key: str,
) -> None:
    st.markdown("**Products on which they differ**")
    inside = np.flatnonzero(in_selection(bundle, selection, first))
    places = {group: at[np.isin(at, inside)] for group, at in disagreements(first, second).items()}
    names = {group: f"{word} ({len(places[group]):,})" for group, word in groups.items()}
    group = choose("Products", list(groups), names, f"{key}-group", label_visibility="collapsed")
    listing(bundle, pair_listing(bundle, first, second, places[group]), f"{key}-{group}")
