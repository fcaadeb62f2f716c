"""The part of the Predict page that lists the session's products."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.common.escaping import markdown
from core.serving.answer import Answer
from core.ui import loaders
from core.ui.downloads import download_table
from core.ui.predict.form import NOTHING, fill
from core.ui.products import cards
from core.views.formatting import shorten, shorten_category
from core.views.predict.history import Entry, history_table, remembered
from core.views.predict.product_input import ProductInput
from core.views.product_cards import Card

if TYPE_CHECKING:
    from core.bundle.reader import Bundle

SHOWN = 8
_KEY = "predict-history"


def remember(bundle: Bundle, product: ProductInput, answer: Answer) -> None:
    """Keep a product and its answer for this session, and for the maps of the Embeddings page."""
    entry = Entry(
        bundle.fingerprint,
        product,
        loaders.small_image(product.image),
        answer.category,
        answer.confidence,
        answer.needs_review,
        answer.given,
    )
    st.session_state[_KEY] = remembered(st.session_state.get(_KEY, ()), entry)
    st.session_state["last-classified"] = {
        "vectors": answer.vectors,
        "name": product.title,
        "bundle": bundle.fingerprint,
    }


def earlier(bundle: Bundle) -> None:
    """List the products classified in this session, each to be shown again."""
    entries = [one for one in st.session_state.get(_KEY, ()) if one.bundle == bundle.fingerprint]
    if not entries:
        return
    st.space("small")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("Classified in this session, newest first:", width="content")
        download_table(history_table(entries), "predict-history")
        st.button(
            "Clear list", key="history-clear", type="tertiary", on_click=_forget, args=(bundle.fingerprint,)
        )
    with st.grid(SHOWN, min_column_width=78, gap="xsmall"):
        for entry in entries[:SHOWN]:
            note = f"{entry.confidence:.1%} · {entry.status.lower()}"
            with st.container(gap="xsmall"):
                cards([Card(entry.thumbnail, shorten(entry.product.title), note)], min_width=60)
                st.button(
                    markdown(shorten_category(entry.category)),
                    key=f"history-{entry.key}",
                    help=markdown(f"Show {entry.product.title} ({entry.category}) again"),
                    width="stretch",
                    on_click=fill,
                    args=(entry.product, bundle.fingerprint),
                )


def _forget(fingerprint: str) -> None:
    entries = st.session_state.get(_KEY, ())
    st.session_state[_KEY] = tuple(one for one in entries if one.bundle != fingerprint)
    fill(NOTHING, "")
