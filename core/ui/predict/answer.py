"""The part of the Predict page that shows an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.catalogue.images.decoding import open_image
from core.serving.explain.image import overlay
from core.ui import loaders
from core.ui.downloads import download_table
from core.ui.figures import exhibit
from core.ui.parts import empty, errors, halves, section
from core.ui.products import cards, percent_column
from core.views.captions import figure_caption
from core.views.charts import bar_chart
from core.views.display_names import MODALITY_NAMES
from core.views.predict.answer_sentences import (
    agreement_sentence,
    calibration_sentence,
    plausible_sentence,
    threshold_sentence,
)
from core.views.predict.answer_tables import model_answers_table, neighbours_table, ranked_table
from core.views.predict.highlight import highlighted
from core.views.predict.product_input import ProductInput
from core.views.product_cards import Card
from core.views.review.product_panel import button_label

if TYPE_CHECKING:
    from core.bundle.reader import Bundle
    from core.serving.answer import Answer
    from core.serving.explain.explanation import Explanation

SURE = ":green-badge[:material/check_circle: Sure]"
REVIEW = ":orange-badge[:material/visibility: Please check]"
EXPLAINED = 640
"""Pixels a side of a picture over which is drawn what mattered."""


def verdict(bundle: Bundle, asked: ProductInput, answer: Answer) -> None:
    """Say which category it is, how sure that is, what decided, and what else it might be."""
    first = answer.ranked[0]
    with st.container(border=True):
        with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
            if small := loaders.small_image(asked.picture):
                st.image(small, width=96, alt="The product's picture")
            with st.container(gap="xsmall", width="stretch"):
                st.header(button_label(first.category), anchor=False)
                badge = REVIEW if answer.needs_review else SURE
                st.markdown(
                    f"{badge} **{first.confidence:.0%}** confident",
                    help=calibration_sentence(bundle),
                )
                if asked.example:
                    category = bundle.table["category"].iat[bundle.row(asked.example)]
                    st.caption(f"The catalogue says: **{button_label(category)}**")
        decision = loaders.decision(bundle, asked, answer)
        st.markdown(f":material/balance: {button_label(decision.sentence)}")
        if decision.alone:
            st.caption(button_label(decision.alone))
        st.caption(threshold_sentence(bundle, answer))
        if plausible := plausible_sentence(bundle, answer):
            st.caption(button_label(plausible))
    table = ranked_table(answer)
    exhibit(
        bar_chart(table["Category"].tolist(), table["Confidence"].tolist(), unit="confidence", number=".1%"),
        "ranked",
        "The most probable categories",
        figure_caption(bundle, 1, "this product", *answer.answered_by),
        table=table,
    )


def explanation(bundle: Bundle, asked: ProductInput) -> None:
    """Show on wish what the answer rests on."""
    section(
        "Why this answer?",
        "Words and parts of the picture are left out one by one, to see what becomes of the answer.",
    )
    question = (bundle.fingerprint, asked.digest)
    if st.button("Explain", icon=":material/help_center:", key="predict-explain"):
        st.session_state["predict-explained"] = question
    if st.session_state.get("predict-explained") != question:
        return
    with errors():
        found = loaders.explanation(bundle, asked.text, asked.picture)
        left, right = halves()
        if found.words is not None:
            with left:
                st.html(highlighted(found.words))
                st.caption("Orange words speak for the category, blue ones against it.")
        if found.image is not None:
            with right:
                small = open_image(loaders.small_image(asked.picture, EXPLAINED))
                st.image(overlay(small, found.image), width=320, alt=_place(found))
                st.caption(_place(found))
        for modality, near in found.nearness.items():
            if near.is_far:
                st.warning(
                    f"By {MODALITY_NAMES[modality].lower()} this product is far from all that the models "
                    f"have learned from: farther than 99 of 100 training products are from their nearest.",
                    icon=":material/explore:",
                )


def _place(found: Explanation) -> str:
    return f"Orange parts of the picture speak for the category, most of all the {found.image.place}."


def neighbours(bundle: Bundle, asked: ProductInput, answer: Answer) -> None:
    """Show the nearest products of the catalogue."""
    section("Nearest products of the catalogue", "By likeness of text, picture, or both; 1 is the same.")
    table = neighbours_table(answer, without=asked.example)
    if table.empty:
        empty("Not in this bundle", "It was saved without the numbers that nearest products are found by.")
        return
    found = (
        Card(bundle.thumbnail(sku), name or sku, f"{category} · {likeness:.2f}")
        for sku, name, category, likeness in table.itertuples(index=False)
    )
    cards(found, min_width=100)
    download_table(table, "predict-nearest")


def place_on_map(bundle: Bundle, asked: ProductInput, answer: Answer) -> None:
    """Show on wish where the product lies among those of the catalogue."""
    shown = st.expander("Where it lies among the catalogue", key="predict-place", on_change="rerun")
    if not shown.open:
        return
    with shown:
        placed = loaders.placed(bundle, asked, answer)
        if placed is None:
            empty(
                "No map to show it on",
                "This bundle holds no map of this input, or not the numbers that a place on it is found by.",
            )
            return
        note = "The star stands amid the products nearest to it; diamonds mark those."
        exhibit(
            placed.figure,
            "predict-map",
            f"The product among those of the catalogue, on the {placed.method} map",
            figure_caption(bundle, placed.rows, f"{placed.method} map", answer.given, note=note),
        )
        st.page_link("pages/2_Embeddings.py", label="Explore the whole map", icon=":material/scatter_plot:")


def models(answer: Answer) -> None:
    """List what every model says."""
    agreement = button_label(agreement_sentence(answer))
    section("What every model says", f"{agreement} ★ marks the model that validation chose for its input.")
    table = model_answers_table(answer)
    shown = table.rename(columns={"Chosen": ""}).assign(**{"": table["Chosen"].map({True: "★", False: ""})})
    st.dataframe(
        shown.assign(Confidence=100 * table["Confidence"]),
        hide_index=True,
        height="content",
        column_config={
            "": st.column_config.TextColumn(width=36),
            "Confidence": percent_column("Confidence"),
        },
    )
    download_table(table, "predict-models")
