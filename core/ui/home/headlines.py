"""What matters about the open catalogue, each with small images and one button."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import streamlit as st

from core.bundle import decisions
from core.bundle.model_card import better_single
from core.common.escaping import markdown
from core.ui import address, loaders
from core.ui.products import catalogue_cards
from core.views.home import headlines as found
from core.views.home.headlines import Headline
from core.views.review.progress import review_of

if TYPE_CHECKING:
    from core.bundle.reader import Bundle


def headlines(bundle: Bundle) -> None:
    """Show what matters, two in a row where there is room."""
    with st.grid(2, min_column_width=330):
        for number, headline in enumerate(_headlines(bundle)):
            with st.container(border=True, height="stretch"):
                _headline(bundle, headline, f"home-{bundle.name}-{number}")


def _headlines(bundle: Bundle) -> Iterator[Headline]:
    log = decisions.read(decisions.decisions_file(bundle))
    review = review_of(bundle, loaders.review_items(bundle, weak=False), log)
    yield found.wrong_categories(review)
    yield found.duplicates(review)
    if not bundle.models:
        return
    gain = loaders.fusion_gain(bundle)
    if gain is not None:
        yield found.second_input(bundle, gain, better_single(bundle.models))
    wanted = bundle.manifest.acceptance.wanted_precision
    yield found.automatic(bundle, loaders.automation(bundle, wanted))


def _headline(bundle: Bundle, headline: Headline, key: str) -> None:
    st.markdown(f"**{markdown(headline.text)}**")
    cards = headline.cards(bundle)
    if cards:
        catalogue_cards(bundle, cards, key, min_width=64, layout="line")
    st.caption(headline.detail)
    if headline.page and st.button(headline.button, key=key, icon=":material/arrow_forward:"):
        address.visit(headline.page, headline.query)
