"""Maps of the catalogue: products with similar texts or images are close together."""

import streamlit as st

from core.bundle.reader import Bundle
from core.ui.maps import controls
from core.ui.maps.drawing import HEIGHT, SMALL, Look, draw
from core.ui.maps.picked import products
from core.ui.maps.picks import picked_rows
from core.ui.maps.recompute import own_map, recompute_map
from core.ui.page import page
from core.ui.parts import caption, empty
from core.views.selection import Selection


def show(bundle: Bundle, selection: Selection) -> None:
    """Draw the page."""
    if not bundle.projections:
        empty("No maps", "This catalogue was built without maps. Build it again with them.", "map")
        return
    inside = selection.mask(bundle.table)
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        own = own_map(bundle, selection)
        maps = [own] if own else controls.choose_maps(bundle, selection)
        colour_by, column = controls.choose_colours(bundle, maps)
        coloured = controls.choose_coloured(bundle, selection, colour_by, column)
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        query, matches = controls.search(bundle)
        drag, labels = controls.choose_mouse(maps[0].dims if maps else 2)
    with st.container():  # always there: a map whose place on the page changes is built again
        if query:
            caption(controls.matches_sentence(matches, inside))
    recompute_map(bundle, selection)
    if not maps:
        empty("No map of this input", "Choose another input in the sidebar.", "map")
        return
    matches = matches[inside[matches]]
    picked = picked_rows(bundle)
    height = SMALL if len(maps) > 1 else HEIGHT
    draw(bundle, maps, Look(colour_by, column, coloured, inside, matches, picked, labels, drag, height))
    products(bundle, picked, matches, inside, maps)


page(
    "Embeddings",
    "Each point is a product. Products with similar text or images are close together.",
    show,
    filtered_by=("modality", "categories", "part"),
)
