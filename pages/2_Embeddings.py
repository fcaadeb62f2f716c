"""Maps of the catalogue: products whose texts or pictures are alike lie close together."""

import streamlit as st

from core.bundle.reader import Bundle
from core.ui.maps import controls as controls
from core.ui.maps import drawing as ui_map
from core.ui.maps.picked import products
from core.ui.maps.recompute import draw_anew, own_map
from core.ui.page import page
from core.ui.parts import empty
from core.views.selection import Selection


def show(bundle: Bundle, view: Selection) -> None:
    """Draw the page."""
    if not bundle.projections:
        empty(
            "No maps in this bundle", "It was built without projections; build it again to have them.", "map"
        )
        return
    inside = view.mask(bundle.table)
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        own = own_map(bundle, view)
        shown = [own] if own else controls.choose_maps(bundle, view)
        colour_by, column = controls.choose_colours(bundle)
        coloured = controls.choose_coloured(bundle, view, colour_by, column)
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        query, found = controls.find(bundle)
        drag, named = controls.choose_mouse(shown[0].dims if shown else 2)
    with st.container():  # always there: a map whose place on the page changes is built anew
        if query:
            st.caption(controls.found_words(found, inside))
    draw_anew(bundle, view)
    if not shown:
        empty("No map of this input", "Choose another input in the sidebar.", "map")
        return
    found = found[inside[found]]
    picked = ui_map.picked_rows(bundle)
    height = ui_map.SMALL if len(shown) > 1 else ui_map.HEIGHT
    ui_map.draw(
        bundle,
        shown,
        ui_map.Look(colour_by, column, coloured, inside, found, picked, named, drag, height),
    )
    products(bundle, picked, found, inside, shown[-1].modality)


page(
    "Embeddings",
    "Each point is a product; products that read or look alike lie close together.",
    show,
    filtered_by=("modality", "categories", "part"),
)
