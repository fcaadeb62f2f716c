"""The search of the Embeddings page: by name or id, by what words mean, or by an image."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from core.serving.readable import is_given
from core.ui import address, loaders
from core.ui.parts import errors
from core.ui.uploads import say_if_dropped
from core.views.predict.product_input import ProductInput
from core.views.product_search import find_rows

if TYPE_CHECKING:
    from core.bundle.reader import Bundle

NAME, MEANING, IMAGE = "name", "meaning", "image"
WAYS = {NAME: "Name or id", MEANING: "Meaning", IMAGE: "Image"}
NOTHING = np.empty(0, dtype=np.int64)
HELP = (
    "Name or id: products that hold all words. Meaning: the products whose texts are most similar to what "
    "you type. Image: those whose images are most similar to yours."
)


def search(bundle: Bundle) -> tuple[str, np.ndarray]:
    """Let the visitor search for products; return the way, "" if nothing is searched, and the rows found."""
    way = _way(bundle)
    if way == IMAGE:
        with st.popover("Your image", icon=":material/image_search:", width=200):
            file = st.file_uploader("Choose an image, or drop it here", "image", key="map-image")
            say_if_dropped(file)
        return (way, _by_meaning(bundle, "", file.getvalue())) if file else ("", NOTHING)
    key = f"map-{bundle.name}-find"
    address.restore("find", key, None, "")
    usual = "Id" if bundle.private else "Name or id"
    query = st.text_input(
        "Search", placeholder=usual if way == NAME else "red cotton shirt", key=key, width=200
    ).strip()
    address.write("find", key, query, "")
    if not query:
        return "", NOTHING
    return way, find_rows(bundle.table, query) if way == NAME else _by_meaning(bundle, query, None)


def _way(bundle: Bundle) -> str:
    """Let the visitor choose how to search, as far as the bundle holds features to compare with."""
    has = {MEANING: "text", IMAGE: "image"}
    ways = [
        way
        for way in WAYS
        if way == NAME
        or (
            has[way] in bundle.modalities and bundle.has_features(has[way]) and not is_given(bundle, has[way])
        )
    ]
    if len(ways) == 1:
        return NAME
    key = f"map-{bundle.name}-find-by-{len(ways)}"
    address.restore("by", key, {way: way for way in ways}, NAME)
    way = st.selectbox("Search by", ways, format_func=lambda way: WAYS[way], key=key, width=130, help=HELP)
    address.write("by", key, way, NAME)
    return way


def _by_meaning(bundle: Bundle, words: str, image: bytes | None) -> np.ndarray:
    with errors():  # an image that cannot be opened is no reason to show no map
        return loaders.found_by_meaning(bundle, ProductInput(words, "", image))
    return NOTHING


def found_sentence(way: str, found: np.ndarray, inside: np.ndarray) -> str:
    """Say how many products were found, and how many of them the filter leaves out."""
    if not len(found):
        return "No matches."
    shown = int(inside[found].sum())
    rest = len(found) - shown
    left_out = f"; {rest:,} more outside the filter" if rest else ""
    if way == NAME:
        return f"{shown:,} {'match' if shown == 1 else 'matches'}, marked ◇ on the map{left_out}"
    return f"The {shown:,} most similar products, marked ◇ on the map{left_out}"
