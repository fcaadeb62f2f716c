"""The part of the Predict page that takes one product."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.common.escaping import markdown
from core.serving.readable import is_given, why_not
from core.ui.parts import PRIVATE, choose
from core.ui.predict.paste import paste_into
from core.ui.products import cards
from core.ui.uploads import say_if_dropped
from core.views.display_names import product_name
from core.views.formatting import shorten_category
from core.views.predict.answer_sentences import words_alone_sentence
from core.views.predict.examples import example_rows
from core.views.predict.product_input import ProductInput
from core.views.product_cards import Card

if TYPE_CHECKING:
    from core.bundle.reader import Bundle

EXAMPLES = 4
SOURCES = {"file": "File or clipboard", "camera": "Camera"}
NOTHING = ProductInput("", "")


def product_form(bundle: Bundle) -> ProductInput | None:
    """Offer examples and a form; return the product that stands in it, None while there is none."""
    _examples(bundle)
    with st.container(border=True):
        source = _image_source(bundle)
        with st.form("product", border=False):
            image = _image(source)
            name, description = _text(bundle)
            with st.container(horizontal=True):
                st.form_submit_button("Classify", type="primary", icon=":material/category:")
                st.form_submit_button("Clear", type="tertiary", on_click=fill, args=(NOTHING, ""))
    product = _with_example(bundle, name, description, image)
    return None if product.is_empty else product


def fill(product: ProductInput, fingerprint: str) -> None:
    """Put a product of this bundle into the form; new keys make a new, empty field for an image."""
    st.session_state.update(
        {
            "predict-name": product.name,
            "predict-description": product.description,
            "predict-field": st.session_state.get("predict-field", 0) + 1,
            "predict-filled": (fingerprint, product),
        }
    )


def _examples(bundle: Bundle) -> None:
    """Offer test products, which no model has learned from."""
    if bundle.private:
        st.caption(f"No examples. {PRIVATE}")
        return
    st.caption("Try a test product, which no model has learned from:")
    table = bundle.table
    with st.grid(EXAMPLES, min_column_width=108, gap="xsmall"):
        for row in example_rows(table, EXAMPLES):
            sku, name, description, category = (
                str(table[column].iat[row]) for column in ("sku", "name", "description", "category")
            )
            image = bundle.thumbnail(sku)
            with st.container(gap="xsmall"):
                cards([Card(image, "", "")], min_width=60)
                st.button(
                    markdown(shorten_category(category)),
                    key=f"example-{row}",
                    help=markdown(f"{product_name(table.iloc[row])} ({category})"),
                    width="stretch",
                    on_click=fill,
                    args=(ProductInput(name, description, image, sku), bundle.fingerprint),
                )


def _image_source(bundle: Bundle) -> str:
    """Let the visitor choose where the image comes from: the camera opens only when chosen."""
    if "image" not in bundle.modalities:
        st.caption("This catalogue has no image models: products are classified by text only.")
        return ""
    if reason := why_not(bundle, "image"):
        st.caption(markdown(reason))
        return ""
    number = st.session_state.get("predict-field", 0)
    with st.container(horizontal=True):  # beside a control the listener takes no room
        source = choose("Image from", list(SOURCES), SOURCES, f"predict-source-{number}")
        paste_into(f"predict-image-{number}")
    return source


def _image(source: str) -> bytes | None:
    """Take an image; None while none is given."""
    if not source:
        return None
    number = st.session_state.get("predict-field", 0)
    if source == "camera":
        file = st.camera_input("Take a photo", key=f"predict-camera-{number}")
    else:
        file = st.file_uploader(
            "Choose an image, drop it here, or paste it anywhere on this page (Ctrl+V)",
            type="image",
            key=f"predict-image-{number}",
        )
    say_if_dropped(file)
    return None if file is None else file.getvalue()


def _text(bundle: Bundle) -> tuple[str, str]:
    """Take name and description."""
    if "text" not in bundle.modalities:
        st.caption("This catalogue has no text models: products are classified by image only.")
        return "", ""
    if reason := why_not(bundle, "text"):
        st.caption(markdown(reason))
        return "", ""
    if is_given(bundle, "text"):
        st.caption(words_alone_sentence(bundle))
    return (
        st.text_input("Name", key="predict-name", placeholder="Product name"),
        st.text_area("Description", key="predict-description", height=120),
    )


def _with_example(bundle: Bundle, name: str, description: str, image: bytes | None) -> ProductInput:
    """Return the product in the form: an example's image stays as long as its text is unchanged."""
    fingerprint, filled = st.session_state.get("predict-filled", ("", NOTHING))
    typed, example = ((*texts,) for texts in ((name, description), (filled.name, filled.description)))
    unchanged = [text.split() for text in typed] == [text.split() for text in example]
    if fingerprint != bundle.fingerprint or not (unchanged or "text" not in bundle.modalities):
        return ProductInput(name, description, image)
    kept = filled.image if image is None and "image" in bundle.modalities else image
    return ProductInput(name, description, kept, filled.example)
