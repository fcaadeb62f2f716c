"""The part of the Predict page that shows an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.catalogue.images.decoding import open_image
from core.common.escaping import markdown
from core.serving.explain.image import overlay
from core.serving.reasons import UNLIKE
from core.ui import loaders
from core.ui.downloads import download_table
from core.ui.figures import exhibit
from core.ui.parts import empty, errors, halves, section
from core.ui.products import cards
from core.ui.tables import show_table
from core.views.captions import figure_caption
from core.views.charts import bar_chart
from core.views.predict.answer_sentences import (
    agreement_sentence,
    calibration_sentence,
    plausible_sentence,
    surprise_sentences,
    threshold_sentence,
)
from core.views.predict.answer_tables import SHARES, model_answers_table, neighbours_table, ranked_table
from core.views.predict.highlight import highlighted
from core.views.predict.product_input import ProductInput
from core.views.product_cards import Card

if TYPE_CHECKING:
    from core.bundle.reader import Bundle
    from core.serving.answer import Answer
    from core.serving.explain.image import ImageEffects

ACCEPTED = ":green-badge[:material/check_circle: Accepted]"
REVIEW = ":orange-badge[:material/visibility: Needs review]"
SMALL_IMAGE = (
    " Its small stored image is classified, so confidences can differ a little from the Models page."
)
EXPLAINED = 640
"""Pixels a side of an image over which is drawn what mattered."""


def verdict(bundle: Bundle, product: ProductInput, answer: Answer) -> None:
    """Show the category, its confidence, what decided, and what else it might be."""
    with st.container(border=True):
        with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
            if small := loaders.small_image(product.image):
                st.image(small, width=96, alt="The product's image")
            with st.container(gap="xsmall", width="stretch"):
                _headline(bundle, product, answer)
        rationale = loaders.rationale(bundle, product, answer)
        st.markdown(f":material/balance: {markdown(rationale.sentence)}")
        if rationale.alone:
            st.caption(markdown(rationale.alone))
        for sentence in surprise_sentences(answer):
            st.warning(markdown(sentence), icon=":material/explore:")
        if UNLIKE in answer.reasons and answer.neighbours:
            nearest = answer.neighbours[0]
            named = f"{nearest.name or nearest.sku} ({nearest.category})"
            st.caption(f"The most similar product is {markdown(named)}.")
        st.caption(markdown(threshold_sentence(bundle, answer)))
        if plausible := plausible_sentence(bundle, answer):
            st.caption(markdown(plausible))
    table = ranked_table(answer)
    exhibit(
        bar_chart(table["Category"].tolist(), table["Confidence"].tolist(), unit="confidence", number=".1%"),
        "ranked",
        "Most probable categories",
        figure_caption(bundle, 1, "products", *answer.answered_by),
        table=table,
    )


def _headline(bundle: Bundle, product: ProductInput, answer: Answer) -> None:
    st.header(markdown(answer.category), anchor=False)
    why = f" · {markdown(', '.join(answer.reasons))}" if answer.reasons else ""
    st.markdown(
        f"Confidence **{answer.confidence:.1%}** {REVIEW if answer.needs_review else ACCEPTED}{why}",
        help=calibration_sentence(),
    )
    if product.example:
        category = str(bundle.table["category"].iat[bundle.row(product.example)])
        small = product.image is not None and product.image == bundle.thumbnail(product.example)
        st.caption(f"Category in the catalogue: **{markdown(category)}**.{SMALL_IMAGE if small else ''}")


@st.fragment
def explanation(bundle: Bundle, product: ProductInput) -> None:
    """Show on request what the answer is based on; a fragment, so that nothing else is computed again."""
    section(
        "Why this answer?",
        "Leaves out words and parts of the image one by one and measures how the confidence changes.",
    )
    question = (bundle.fingerprint, product.digest)
    if st.button("Explain", icon=":material/help_center:", key="predict-explain"):
        st.session_state["predict-explained"] = question
    if st.session_state.get("predict-explained") != question:
        return
    with errors():
        reasons = loaders.explanation(bundle, product)
        left, right = halves()
        if reasons.words is not None:
            with left:
                st.html(highlighted(reasons.words))
                st.caption("Orange words support the category, blue words count against it.")
        if reasons.image is not None:
            with right:
                _important_parts(product, reasons.image)


def _important_parts(product: ProductInput, effects: ImageEffects) -> None:
    small = loaders.small_image(product.image, EXPLAINED)
    if small is None:
        return
    note = f"Orange parts of the image support the category, most of all the {effects.place}."
    st.image(overlay(open_image(small), effects), width=320, alt=note)
    st.caption(note)


def neighbours(bundle: Bundle, product: ProductInput, answer: Answer) -> None:
    """Show the nearest products of the catalogue."""
    section("Most similar products", "By text, image, or both. A similarity of 1 means identical.")
    table = neighbours_table(answer, without=product.example)
    if table.empty:
        empty(
            "No similar products", "There are no vectors of this product or this catalogue to find them by."
        )
        return
    cards(
        (
            Card(bundle.thumbnail(sku), name or sku, f"{category} · {similarity:.2f}")
            for sku, name, category, similarity in table.itertuples(index=False)
        ),
        min_width=100,
    )
    download_table(table, "predict-nearest")


def place_on_map(bundle: Bundle, product: ProductInput, answer: Answer) -> None:
    """Show on request where the product lies among those of the catalogue."""
    expander = st.expander("Show on the map", key="predict-place", on_change="rerun")
    if not expander.open:
        return
    with expander:
        placed = loaders.placed(bundle, product, answer)
        if placed is None:
            empty("No map", "This catalogue has no map of this input, or was saved without features.")
            return
        note = "Star: this product. Diamonds: the products most similar to it."
        exhibit(
            placed.figure,
            "predict-map",
            f"The product on the {placed.method} map",
            figure_caption(
                bundle, placed.rows, f"products on the {placed.method} map", answer.given, note=note
            ),
        )
        st.page_link("pages/2_Embeddings.py", label="Open the whole map", icon=":material/scatter_plot:")


def model_answers(answer: Answer) -> None:
    """List the answer of every model."""
    agreement = markdown(agreement_sentence(answer))
    section("Answers of all models", f"{agreement} ★ did best on validation products for its input.")
    table = model_answers_table(answer)
    shown = table.rename(columns={"Chosen": ""}).assign(**{"": table["Chosen"].map({True: "★", False: ""})})
    star = {"": st.column_config.TextColumn(width=36)}
    show_table(shown, bars=SHARES, columns=star, height="content")
    download_table(table, "predict-models")
