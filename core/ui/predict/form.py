"""The part of the Predict page that asks for one product."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.ui.parts import PRIVATE, choose
from core.ui.predict.paste import paste_into
from core.ui.products import cards
from core.views.display_names import product_name
from core.views.formatting import shorten
from core.views.predict.examples import example_rows
from core.views.predict.product_input import ProductInput
from core.views.product_cards import Card
from core.views.review.product_panel import button_label

if TYPE_CHECKING:
    from core.bundle.reader import Bundle

EXAMPLES = 4
PICTURES = ("jpg", "jpeg", "png", "webp", "avif", "gif", "bmp", "tif", "tiff")
SOURCES = {"file": "File or clipboard", "camera": "Camera"}


def ask(bundle: Bundle) -> ProductInput | None:
    """Offer examples and a form; return the product that stands in it, None while there is none."""
    _examples(bundle)
    with st.container(border=True):
        source = _image_source(bundle)
        with st.form("product", border=False):
            given = _picture(bundle, source)
            name, description = _text(bundle)
            with st.container(horizontal=True):
                st.form_submit_button("Classify", type="primary", icon=":material/category:")
                st.form_submit_button(
                    "Clear", type="tertiary", on_click=fill, args=(ProductInput("", ""), "")
                )
    asked = _with_standing(bundle, name, description, given)
    return None if asked.is_empty else asked


def fill(asked: ProductInput, fingerprint: str) -> None:
    """Put a product of this bundle into the form; new keys make a new, empty field for a picture."""
    st.session_state.update(
        {
            "predict-name": asked.name,
            "predict-description": asked.description,
            "predict-field": st.session_state.get("predict-field", 0) + 1,
            "predict-standing": (fingerprint, asked),
        }
    )


def _examples(bundle: Bundle) -> None:
    """Offer test products, which no model has learned from."""
    if bundle.private:
        st.caption(f"No examples here. {PRIVATE}")
        return
    st.caption("Try a product of the test part, which no model has learned from:")
    with st.grid(EXAMPLES, min_column_width=84, gap="xsmall"):
        for row in example_rows(bundle.table, EXAMPLES):
            product = bundle.table.loc[row]
            picture = bundle.thumbnail(product["sku"])
            asked = ProductInput(product["name"], product["description"], picture, product["sku"])
            with st.container(gap="xsmall"):
                cards([Card(picture, "", "")], min_width=60)
                st.button(
                    button_label(shorten(product["category"])),
                    key=f"example-{row}",
                    help=product_name(product),
                    width="stretch",
                    on_click=fill,
                    args=(asked, bundle.fingerprint),
                )


def _image_source(bundle: Bundle) -> str:
    """Ask where the picture comes from: the camera is opened, and permission asked for, only on wish."""
    if "image" not in bundle.modalities:
        st.caption("This bundle has no image model: it classifies by text only.")
        return ""
    number = st.session_state.get("predict-field", 0)
    with st.container(horizontal=True):  # beside a control the listener takes no room
        source = choose("Picture from", list(SOURCES), SOURCES, f"predict-source-{number}")
        paste_into(f"predict-picture-{number}")
    return source


def _picture(bundle: Bundle, source: str) -> bytes | None:
    """Ask for a picture; None while none is given."""
    if not source:
        return None
    number = st.session_state.get("predict-field", 0)
    if source == "camera":
        given = st.camera_input("Take a picture", key=f"predict-camera-{number}")
    else:
        given = st.file_uploader(
            "Choose a picture, drop it here, or paste it anywhere on this page (Ctrl+V)",
            type=PICTURES,
            key=f"predict-picture-{number}",
        )
    return None if given is None else given.getvalue()


def _text(bundle: Bundle) -> tuple[str, str]:
    """Ask for name and description."""
    if "text" not in bundle.modalities:
        st.caption("This bundle has no text model: it classifies by picture only.")
        return "", ""
    return (
        st.text_input("Name", key="predict-name", placeholder="What is the product called?"),
        st.text_area("Description", key="predict-description", height=120),
    )


def _with_standing(bundle: Bundle, name: str, description: str, given: bytes | None) -> ProductInput:
    """Return the product in the form: an example's picture stands as long as its text is unchanged."""
    fingerprint, standing = st.session_state.get("predict-standing", ("", None))
    typed = (name.split(), description.split())
    unchanged = standing is not None and typed == (standing.name.split(), standing.description.split())
    if fingerprint != bundle.fingerprint or not (unchanged or "text" not in bundle.modalities):
        return ProductInput(name, description, given)
    picture = standing.picture if given is None and "image" in bundle.modalities else given
    return ProductInput(name, description, picture, standing.example)
