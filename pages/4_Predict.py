"""Classify one product by its text, its picture, or both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from core import figures, overview, ui, words
from core.cards import Card
from core.explain.markup import highlighted
from core.explain.picture import overlay
from core.images import open_picture, thumbnail
from core.pictures import bytes_digest
from core.text import product_text

if TYPE_CHECKING:
    from core.bundle import Bundle
    from core.explain import Explanation
    from core.predict import Answer

EXAMPLES = 4
SURE = ":green-badge[:material/check_circle: Sure]"
REVIEW = ":orange-badge[:material/visibility: Please check]"
PICTURES = ("jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff")


def show(bundle: Bundle) -> None:
    """Draw the page."""
    left, right = ui.halves()
    with left:
        example = _examples(bundle)
        text, picture = _inputs(bundle, example)
    answer = None
    with right, ui.errors():
        if text or picture is not None:
            answer = ui.predictor(bundle).classify(text=text or None, picture=picture)
            _verdict(bundle, answer, picture, example)
        else:
            ui.empty(
                "No product yet",
                "Enter a name, add a picture, or take one of the examples. You will see the most probable "
                "categories, whether to check them, what every model says, and the nearest products.",
                "category",
            )
    if answer is not None:
        _explanation(bundle, text, picture)
        _opinions(answer)
        _neighbours(bundle, answer, example)


def _examples(bundle: Bundle) -> str | None:
    """Offer test products, which no model has learned from; return the id of the one in use."""
    if bundle.private:
        st.caption(f"No examples here. {ui.PRIVATE}")
        return None
    st.caption("Try a product of the test part, which no model has learned from:")
    with st.grid(EXAMPLES, min_column_width=84, gap="xsmall"):
        for row in overview.example_rows(bundle.table, EXAMPLES):
            product = bundle.table.loc[row]
            with st.container(gap="xsmall"):
                ui.cards([Card(bundle.thumbnail(product["sku"]), "", "")], min_width=60)
                st.button(
                    figures.shorten(product["category"]),
                    key=f"example-{row}",
                    help=words.product_word(product),
                    width="stretch",
                    on_click=_fill,
                    args=(product["name"], product["description"], f"{bundle.fingerprint} {product['sku']}"),
                )
    return _example_in_use(bundle)


def _fill(name: str, description: str, example: str) -> None:
    """Fill the form anew, without an upload: a new key makes a new, empty uploader."""
    fresh = st.session_state.get("predict-upload", 0) + 1
    state = {"predict-name": name, "predict-description": description, "predict-example": example}
    st.session_state.update({**state, "predict-upload": fresh})


def _example_in_use(bundle: Bundle) -> str | None:
    """Return the example's id as long as its text stands unchanged in the form."""
    fingerprint, _, sku = st.session_state.get("predict-example", "").partition(" ")
    if fingerprint != bundle.fingerprint:
        return None
    product = bundle.table.loc[bundle.row(sku)]
    typed = (st.session_state.get(f"predict-{field}", "").split() for field in ("name", "description"))
    same = list(typed) == [product["name"].split(), product["description"].split()]
    return sku if same or "text" not in bundle.modalities else None


def _inputs(bundle: Bundle, example: str | None) -> tuple[str, bytes | None]:
    """Ask for text and picture; an example's picture is used until another is given."""
    upload, name, description = None, "", ""
    with st.form("product", border=True):
        if "text" in bundle.modalities:
            name = st.text_input("Name", key="predict-name", placeholder="What is the product called?")
            description = st.text_area("Description", key="predict-description", height=120)
        else:
            st.caption("This bundle has no text model: it classifies by picture only.")
        if "image" in bundle.modalities:
            key = f"predict-picture-{st.session_state.get('predict-upload', 0)}"
            upload = st.file_uploader("Picture", type=PICTURES, key=key)
        else:
            st.caption("This bundle has no image model: it classifies by text only.")
        with st.container(horizontal=True):
            st.form_submit_button("Classify", type="primary", icon=":material/category:")
            st.form_submit_button("Clear", type="tertiary", on_click=_fill, args=("", "", ""))
    picture = None
    if upload is not None:
        picture = upload.getvalue()
    elif example and "image" in bundle.modalities:
        picture = bundle.thumbnail(example)
    return product_text(name, description), picture


def _verdict(bundle: Bundle, answer: Answer, picture: bytes | None, example: str | None) -> None:
    """Say which category it is, how sure that is, and what else it might be."""
    first = answer.ranked[0]
    with st.container(border=True):
        with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
            if picture is not None:
                st.image(thumbnail(picture), width=96, alt="The product's picture")
            with st.container(gap="xsmall", width="stretch"):
                st.header(first.category, anchor=False)
                st.markdown(f"{REVIEW if answer.needs_review else SURE} **{first.confidence:.0%}** confident")
                if example:
                    category = bundle.table["category"].iat[bundle.row(example)]
                    st.caption(f"The catalogue says: **{category}**")
        st.caption(_why(bundle, answer))
        if len(answer.plausible) > 1:
            share = bundle.manifest["conformal"]["coverage"]
            st.caption(
                f"Not ruled out: {', '.join(answer.plausible)}. Such a list holds the right category for "
                f"{share:.0%} of the products."
            )
    confidences = [one.confidence for one in answer.ranked]
    figure = figures.bars(
        [one.category for one in answer.ranked], confidences, unit="confidence", number=".1%"
    )
    ui.plot(figure, "ranked", "The most probable categories")
    ui.caption(bundle, 1, "this product", answer.modality, answer.head)


def _why(bundle: Bundle, answer: Answer) -> str:
    precision = bundle.manifest["review"]["precision"]
    if answer.threshold > 1:
        return f"Check: at no confidence were {precision:.0%} of the validation products put here right."
    share, level = f"{precision:.0%}", f"{answer.threshold:.0%}"
    return (
        f"Validation products put into this category with {level} confidence or more were right in {share} "
        "of the cases or more."
    )


def _explanation(bundle: Bundle, text: str, picture: bytes | None) -> None:
    """Show on wish what the answer rests on."""
    ui.section(
        "Why this answer?",
        "Words and parts of the picture are left out one by one, to see what becomes of the answer.",
    )
    asked = f"{bundle.fingerprint} {bytes_digest(f'{text}|'.encode() + (picture or b''))}"
    if st.button("Explain", icon=":material/help_center:", key="predict-explain"):
        st.session_state["predict-explained"] = asked
    if st.session_state.get("predict-explained") != asked:
        return
    with ui.errors():
        found = ui.explanation(bundle, text, picture)
        st.markdown(found.modalities.sentence)
        left, right = ui.halves()
        if found.words is not None:
            with left:
                st.html(highlighted(found.words))
                st.caption("Orange words speak for the category, blue ones against it.")
        if found.picture is not None:
            with right:
                st.image(overlay(open_picture(picture), found.picture), width=320, alt=_place(found))
                st.caption(_place(found))
        for modality, near in found.nearness.items():
            if near.is_far:
                st.warning(
                    f"By {words.MODALITIES[modality].lower()} this product is far from all that the models "
                    f"have learned from: farther than 99 of 100 training products are from their nearest.",
                    icon=":material/explore:",
                )


def _place(found: Explanation) -> str:
    return f"Orange parts of the picture speak for the category, most of all the {found.picture.place}."


def _opinions(answer: Answer) -> None:
    ui.section("What every model says", "★ marks the model chosen for its input on validation products.")
    st.dataframe(
        pd.DataFrame(
            {
                "": "★" if opinion.chosen else "",
                "Input": words.MODALITIES[opinion.modality],
                "Model": words.head_word(opinion.head),
                "Category": opinion.ranked[0].category,
                "Confidence": 100 * opinion.ranked[0].confidence,
                "Second choice": opinion.ranked[1].category,
            }
            for opinion in answer.opinions
        ),
        hide_index=True,
        height="content",
        column_config={
            "": st.column_config.TextColumn(width=36),
            "Confidence": ui.percent_column("Confidence"),
        },
    )


def _neighbours(bundle: Bundle, answer: Answer, example: str | None) -> None:
    ui.section("Nearest products of the catalogue", "By likeness of text, picture, or both; 1 is the same.")
    near = [n for n in answer.neighbours if n.sku != example]
    if not near:
        ui.empty("Not in this bundle", "It was saved without the numbers that nearest products are found by.")
        return
    found = (
        Card(bundle.thumbnail(n.sku), n.name or n.sku, f"{n.category} · {n.similarity:.2f}") for n in near
    )
    ui.cards(found, min_width=100)


ui.page(
    "Predict",
    "Give a name, a description, a picture, or all of them, and see where the product belongs.",
    show,
)
