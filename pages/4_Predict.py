"""Classify one product by its text, its picture, or both; or a whole file of products."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from core import figures, loaders, overview, ui, words
from core.cards import Card
from core.explain.markup import highlighted
from core.explain.picture import overlay
from core.history import Entry, remembered
from core.images import open_picture, thumbnail
from core.pictures import bytes_digest
from core.text import product_text
from core.ui_file import classify_file

if TYPE_CHECKING:
    from core.bundle import Bundle
    from core.explain import Explanation
    from core.predict import Answer
    from core.view import View

EXAMPLES = 4
SURE = ":green-badge[:material/check_circle: Sure]"
REVIEW = ":orange-badge[:material/visibility: Please check]"
PICTURES = ("jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff")
HISTORY = 8


def show(bundle: Bundle, view: View) -> None:
    """Draw the page."""
    one, file = st.tabs(["One product", "A whole file"], key="predict-tabs")
    with one:
        _one(bundle)
    # Drawn last: while a file is being classified, this ends the script and begins it anew.
    with file, ui.errors():
        classify_file(bundle)


# One product


def _one(bundle: Bundle) -> None:
    left, right = ui.halves()
    with left:
        example = _examples(bundle)
        text, picture = _inputs(bundle, example)
        earlier = st.container()
    answer = None
    with right, ui.errors():
        if text or picture is not None:
            answer = loaders.predictor(bundle).classify(text=text or None, picture=picture)
            _verdict(bundle, answer, picture, example)
            _remember(bundle, answer, text, picture, example)
        else:
            ui.empty(
                "No product yet",
                "Enter a name, add a picture, or take one of the examples. You will see the most probable "
                "categories, whether to check them, what every model says, and the nearest products.",
                "category",
            )
    with earlier:
        _earlier(bundle)
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


def _fill(name: str, description: str, example: str, again: Entry | None = None) -> None:
    """Fill the form anew, without an upload: a new key makes a new, empty uploader."""
    fresh = st.session_state.get("predict-upload", 0) + 1
    state = {"predict-name": name, "predict-description": description, "predict-example": example}
    st.session_state.update({**state, "predict-upload": fresh, "predict-again": again})


def _example_in_use(bundle: Bundle) -> str | None:
    """Return the example's id as long as its text stands unchanged in the form."""
    fingerprint, _, sku = st.session_state.get("predict-example", "").partition(" ")
    if fingerprint != bundle.fingerprint:
        return None
    product = bundle.table.loc[bundle.row(sku)]
    return sku if _stands(bundle, product["name"], product["description"]) else None


def _stands(bundle: Bundle, name: str, description: str) -> bool:
    """Return whether this text stands unchanged in the form."""
    typed = (st.session_state.get(f"predict-{field}", "").split() for field in ("name", "description"))
    return list(typed) == [name.split(), description.split()] or "text" not in bundle.modalities


def _inputs(bundle: Bundle, example: str | None) -> tuple[str, bytes | None]:
    """Ask for text and picture; that of an example or an earlier product stands until another comes."""
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
    again = st.session_state.get("predict-again")
    if upload is not None:
        picture = upload.getvalue()
    elif again and "image" in bundle.modalities and _stands(bundle, again.name, again.description):
        picture = again.picture
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


def _remember(bundle: Bundle, answer: Answer, text: str, picture: bytes | None, example: str | None) -> None:
    """Keep the product for this session."""
    first = answer.ranked[0]
    entry = Entry(
        _asked(bundle, text, picture),
        bundle.fingerprint,
        st.session_state.get("predict-name", ""),
        st.session_state.get("predict-description", ""),
        picture,
        None if picture is None else thumbnail(picture),
        st.session_state.get("predict-example", "") if example else "",
        first.category,
        first.confidence,
        answer.needs_review,
    )
    st.session_state["predict-history"] = remembered(st.session_state.get("predict-history", ()), entry)


def _asked(bundle: Bundle, text: str, picture: bytes | None) -> str:
    """Return what names a product asked about, and the bundle it is asked of."""
    return f"{bundle.fingerprint} {bytes_digest(f'{text}|'.encode() + (picture or b''))}"


def _earlier(bundle: Bundle) -> None:
    """List the products classified in this session, each to be shown again."""
    entries = [e for e in st.session_state.get("predict-history", ()) if e.bundle == bundle.fingerprint]
    if not entries:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("Classified in this session, the newest first:", width="stretch")
        st.button(
            "Clear list", key="history-clear", type="tertiary", on_click=_forget, args=(bundle.fingerprint,)
        )
    with st.grid(EXAMPLES, min_column_width=84, gap="xsmall"):
        for entry in entries[:HISTORY]:
            name = entry.name or entry.description or "by picture"
            note = f"{entry.confidence:.0%} {'· check' if entry.needs_review else '· sure'}"
            with st.container(gap="xsmall"):
                ui.cards([Card(entry.small, figures.shorten(name), note)], min_width=60)
                st.button(
                    figures.shorten(entry.category),
                    key=f"history-{entry.key}",
                    help=f"{name}: show again",
                    width="stretch",
                    on_click=_fill,
                    args=(entry.name, entry.description, entry.example, entry),
                )


def _forget(fingerprint: str) -> None:
    entries = st.session_state.get("predict-history", ())
    st.session_state["predict-history"] = tuple(e for e in entries if e.bundle != fingerprint)
    _fill("", "", "")


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
    asked = _asked(bundle, text, picture)
    if st.button("Explain", icon=":material/help_center:", key="predict-explain"):
        st.session_state["predict-explained"] = asked
    if st.session_state.get("predict-explained") != asked:
        return
    with ui.errors():
        found = loaders.explanation(bundle, text, picture)
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
    "Give a name, a description, a picture, or all of them, and see where the product belongs; "
    "or hand over a whole file of products.",
    show,
)
