"""Maps of the catalogue: products with similar texts or images are close together."""

from dataclasses import replace

import streamlit as st

from core.bundle.reader import Bundle
from core.ui.maps import controls
from core.ui.maps.drawing import SMALL, Look, keep_in_browser, prepare
from core.ui.maps.recompute import beside_stored, own_map, recompute_map
from core.ui.maps.search import found_sentence, search
from core.ui.maps.workspace import WIDE, workspace
from core.ui.page import page
from core.ui.parts import caption, empty
from core.views.selection import Selection


def show(bundle: Bundle, selection: Selection) -> None:
    """Draw the page."""
    if not bundle.projections:
        empty("No maps", "This catalogue was built without maps. Build it again with them.", "map")
        return
    st.html(WIDE)
    inside = selection.mask(bundle.table)
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        own = own_map(bundle, selection)
        both = own is not None and beside_stored()
        with st.popover("View", icon=":material/tune:"):
            together = False if own else controls.choose_together(bundle)
            labels = controls.choose_labels()
            coloured_values = st.container()
            st.caption(controls.MAP_HELP)
        stored = controls.choose_maps(bundle, selection, together=together) if both or not own else []
        maps = [*(replace(each, title="Stored map") for each in stored), own] if own else stored
        colour_by, column = controls.choose_colours(bundle, maps)
        with coloured_values:
            coloured = controls.choose_coloured(bundle, selection, colour_by, column)
        way, found = search(bundle)
    with st.container():  # always there: a map whose place on the page changes is built again
        if way:
            caption(found_sentence(way, found, inside))
    if not maps:
        empty("No map of this input", "Choose another input in the sidebar.", "map")
    else:
        height = SMALL if len(maps) > 1 else None
        look = Look(colour_by, column, coloured, inside, found[inside[found]], labels, height)
        prepared = [prepare(bundle, shown, look) for shown in maps]
        workspace(bundle, prepared, look)
        keep_in_browser(bundle, prepared, look)
    recompute_map(bundle, selection)


page(
    "Embeddings",
    "Each point is a product. Products with similar text or images are close together.",
    show,
    filtered_by=("modality", "categories", "part"),
)
