"""The card of one product, opened over any page by a click on its image or its row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.bundle import decisions
from core.common.escaping import markdown
from core.ui import loaders
from core.ui.gallery import gallery
from core.ui.parts import caption
from core.ui.review.sending import review_button
from core.ui.tables import show_table
from core.views.display_names import MODALITY_NAMES, product_name
from core.views.maps.neighbours import neighbour_cards
from core.views.product_card.answers import answer_table, product_answers, source_sentence
from core.views.product_card.facts import category_path, description, other_fields
from core.views.product_card.findings import product_findings, product_history
from core.views.product_cards import Box, data_url, product_card
from core.views.selection import SPLIT_NAMES

if TYPE_CHECKING:
    from core.bundle.reader import Bundle

_TRAIL = "product-card-trail"
"""The rows opened one from another, the last on the screen."""
NEIGHBOURS = 6


def open_product(bundle: Bundle, row: int) -> None:
    """Open the card of a product over the page."""
    st.session_state[_TRAIL] = [row]
    _dialog(bundle)


def ask_for(key: str, row: int) -> None:
    """Note, in a callback, that a visitor wants to see a product; `open_asked` opens it."""
    st.session_state[_asked(key)] = row


def open_asked(bundle: Bundle, key: str) -> None:
    """Open what was asked for under this key since the page was last drawn."""
    row = st.session_state.pop(_asked(key), None)
    if row is not None:
        open_product(bundle, row)


def _asked(key: str) -> str:
    return f"product-asked-{key}"


@st.dialog("Product", width="large", icon=":material/inventory_2:")
def _dialog(bundle: Bundle) -> None:
    trail: list[int] = st.session_state[_TRAIL]
    row = trail[-1]
    with st.container(horizontal=True, vertical_alignment="center"):
        if len(trail) > 1:
            before = product_name(bundle.table.iloc[trail[-2]])
            st.button(
                f"Back to {markdown(before)}",
                icon=":material/arrow_back:",
                key="card-back",
                on_click=_go_back,
            )
        name = product_name(bundle.table.iloc[row])
        review_button(bundle, [row], name, f"card-review-{row}", label="Review this")
    picture, facts, place = st.columns([4, 6, 5], gap="medium")
    with picture:
        _picture(bundle, row)
    with facts:
        _facts(bundle, row)
    with place:
        _place(bundle, row)
    _answers(bundle, row)
    _findings(bundle, row)
    _neighbours(bundle, row)
    _history(bundle, row)


def _picture(bundle: Bundle, row: int) -> None:
    product = bundle.table.iloc[row]
    picture = bundle.thumbnail(str(product["sku"]))
    if picture is None:
        st.caption("No image is kept of this product.")
    else:
        st.image(str(data_url(picture)), width="stretch", alt=product_name(product))


def _facts(bundle: Bundle, row: int) -> None:
    product = bundle.table.iloc[row]
    st.markdown(f"# {markdown(product_name(product))}")
    lines = {
        "Category": category_path(bundle, row),
        "Split": SPLIT_NAMES[str(product["part"])],
        "Id": str(product["sku"]),
        **other_fields(bundle, row),
    }
    st.markdown("  \n".join(f"{label}: **{markdown(value)}**" for label, value in lines.items()))
    if text := description(bundle, row):
        caption(text)


def _answers(bundle: Bundle, row: int) -> None:
    st.markdown("## What the models say")
    given = product_answers(bundle, row, loaders.held_out_answers(bundle).of(row))
    if given:
        show_table(answer_table(given), shares=("Confidence",), height="content")
    st.caption(source_sentence(bundle, row, given))


def _findings(bundle: Bundle, row: int) -> None:
    found = product_findings(bundle, row)
    if not found:
        return
    st.markdown("## Findings")
    for finding in found:
        worth = " (weaker: worth a look)" if finding.weak else ""
        st.markdown(f"- **{finding.kind}**{worth}: {markdown(finding.sentence)}")
    others = [finding.other for finding in found if finding.other >= 0]
    if others:
        cards = tuple(product_card(bundle, other) for other in dict.fromkeys(others))
        gallery([Box(cards)], "line", 96, f"card-{row}-compared", _go_on)


def _neighbours(bundle: Bundle, row: int) -> None:
    if not all(bundle.has_features(modality) for modality in bundle.modalities):
        return
    st.markdown("## Nearest products")
    for modality in bundle.modalities:
        near = loaders.nearby(bundle, row, modality)
        if modality != "fused" and near is not None:
            cards = neighbour_cards(bundle, near)[:NEIGHBOURS]
            st.caption(
                f"By {MODALITY_NAMES[modality].lower()}: {near.same} of the {len(near.rows)} nearest are in "
                "its category."
            )
            gallery([Box(tuple(cards))], "grid", 92, f"card-{row}-near-{modality}", _go_on)


def _place(bundle: Bundle, row: int) -> None:
    # What draws charts: a page without any does not wait for it before a card is opened.
    from core.views.product_card.place import place_figure

    placed = place_figure(bundle, row)
    if placed is None:
        return
    figure, note = placed
    st.plotly_chart(figure, key=f"card-{row}-map", config={"displayModeBar": False}, alt=note)
    st.caption(note)


def _history(bundle: Bundle, row: int) -> None:
    log = decisions.read(decisions.decisions_file(bundle))
    lines = product_history(bundle, row, log)
    st.markdown("## Decisions")
    if lines:
        st.markdown("\n".join(f"- {markdown(line)}" for line in lines))
    else:
        st.caption("None yet.")


def _go_back() -> None:
    """Show the product again from which this one was opened."""
    st.session_state[_TRAIL].pop()


def _go_on(row: int) -> None:
    """Show another product in the card that is open."""
    st.session_state[_TRAIL].append(row)
