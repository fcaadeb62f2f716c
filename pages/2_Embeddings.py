"""Maps of the catalogue: products whose texts or pictures are alike lie close together."""

import zlib
from collections.abc import Sequence

import numpy as np
import streamlit as st

from core import figures, loaders, map_neighbours, map_views, maps, overview, ui, words
from core.bundle import Bundle, Projection
from core.cards import product_card
from core.map_figures import product_map
from core.view import View

LISTED = 200
MOUSE = {"lasso": "Loop", "select": "Box", "pan": "Click"}
HEIGHT, SMALL = 620, 500


def show(bundle: Bundle, view: View) -> None:
    """Draw the page."""
    if not bundle.projections:
        ui.empty(
            "No maps in this bundle", "It was built without projections; build it again to have them.", "map"
        )
        return
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        drawn = _drawn(bundle)
        colour_by, column = _colour_by(bundle)
    coloured = _coloured(bundle, colour_by, column)
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        query = st.text_input(
            "Find",
            placeholder="an id" if bundle.private else "words of a name, or an id",
            key=f"map-{bundle.name}-find",
            persist_state="session",
            width=320,
        )
        drag = ui.choose("Pick by", list(MOUSE), MOUSE, "map-drag")
        named = st.toggle("Names on the map", key="map-names", persist_state="session")
    hits = map_views.find_rows(bundle.table, query)
    if query.strip():
        st.caption(f"{len(hits):,} found, marked ◇ on the map" if len(hits) else "Nothing found.")
    picked = maps.selected_rows(_kept(bundle).get("event"))
    grid = st.grid(len(drawn), min_column_width=280)
    for one in drawn:
        with grid.cell():
            _map(
                bundle, one, (colour_by, column, coloured), (named, drag), hits, picked, small=len(drawn) > 1
            )
    if drawn[0].dims == 3:
        ui.empty("Turn it with the mouse", "Products can be picked on the 2-D maps only.", "3d_rotation")
    _products(bundle, picked, hits, drawn[-1].modality)


# What to draw


def _drawn(bundle: Bundle) -> list[Projection]:
    """Let the user choose a map, or one method for all inputs side by side."""
    flat = [p for p in bundle.projections if p.dims == 2]
    by_all = [
        m for m in words.METHODS if {p.modality for p in flat if p.method == m} == set(bundle.modalities)
    ]
    several = len(bundle.modalities) > 1 and by_all
    if several and st.toggle("All three", key="map-all", persist_state="session"):
        method = ui.choose("Method", by_all, words.METHODS, f"map-{bundle.name}-all-{'-'.join(by_all)}")
        return [p for m in bundle.modalities for p in flat if (p.modality, p.method) == (m, method)]
    modality = _pick(bundle, "Input", "modality", words.MODALITIES)
    method = _pick(bundle, "Method", "method", words.METHODS, modality=modality)
    dims = _pick(bundle, "Dimensions", "dims", {2: "2-D", 3: "3-D"}, modality=modality, method=method)
    return [p for p in bundle.projections if (p.modality, p.method, p.dims) == (modality, method, dims)][:1]


def _pick(bundle: Bundle, label: str, part: str, names: dict, **fixed: object) -> object:
    """Offer what the bundle has of one property of its maps, given the properties chosen before."""
    fitting = [
        p for p in bundle.projections if all(getattr(p, name) == value for name, value in fixed.items())
    ]
    have = {getattr(p, part) for p in fitting}
    options = [value for value in names if value in have]
    return ui.choose(label, options, names, f"map-{bundle.name}-{part}-{'-'.join(map(str, options))}")


def _colour_by(bundle: Bundle) -> tuple[str, str | None]:
    offered = map_views.columns(bundle.table)
    options = [name for name in map_views.COLOUR_BY if offered or name != map_views.COLUMN]
    chosen = ui.choose("Colour", options, map_views.COLOUR_BY, "map-colour")
    if chosen != map_views.COLUMN:
        return chosen, None
    key = f"map-{bundle.name}-column"
    column = st.selectbox(
        "Column", list(offered), format_func=offered.get, key=key, persist_state="session", width=240
    )
    return chosen, column


def _coloured(bundle: Bundle, colour_by: str, column: str | None) -> list[str]:
    """Let the user say what gets a colour of its own; the most frequent to begin with."""
    names = map_views.choices(bundle.table, colour_by, column)
    if not names:
        return []
    return st.multiselect(
        f"In colour (up to {maps.COLOURS}; the others are grey)",
        names,
        default=names[: maps.COLOURS],
        max_selections=maps.COLOURS,
        key=f"map-{bundle.name}-coloured-{column or 'category'}",
        persist_state="session",
    )


# The map


def _kept(bundle: Bundle) -> dict:
    """Return what was picked last on any map of the bundle: the event, and the chart that shows it itself."""
    return st.session_state.setdefault(f"map-picked-{bundle.fingerprint}", {})


def _map(
    bundle: Bundle,
    chosen: Projection,
    colouring: tuple[str, str | None, Sequence[str]],
    look: tuple[bool, str],
    hits: np.ndarray,
    picked: Sequence[int],
    *,
    small: bool,
) -> None:
    modality, method, dims = chosen.modality, chosen.method, chosen.dims
    (colour_by, column, coloured), (named, drag) = colouring, look
    place = bundle.coordinates(modality, method, dims)
    rows = np.flatnonzero(np.isfinite(place).all(axis=1))
    head = bundle.best[modality] if colour_by in map_views.ANSWERED else None
    found = loaders.answers(bundle, modality, head) if head else None
    layers = map_views.layers(bundle, rows, colour_by, coloured, column=column, found=found)
    settings = zlib.crc32(repr((colouring, look, hits.tobytes(), small)).encode())
    key = f"map-{bundle.name}-{modality}-{method}-{dims}-{settings}"
    # The chart on which products were picked shows them itself and keeps its zoom; all others get rings.
    shows = _kept(bundle).get("shown_by") == key and bool(maps.selected_rows(st.session_state.get(key)))
    marked = {"found": hits} | ({} if shows else {"picked": picked})
    ringed = not shows and len(picked) > 0

    def pick() -> None:
        _kept(bundle).update(event=st.session_state[key], shown_by=None if ringed else key)

    figure = product_map(
        place,
        layers,
        overview.hover_texts(bundle.table),
        names=map_views.name_places(bundle, place, layers) if named and dims == 2 else None,
        marked=marked,
        drag=drag,
        height=SMALL if small else HEIGHT,
    )
    if small:
        st.markdown(f"**{words.MODALITIES[modality]}**")
    alt = f"Map of the products: {words.MODALITIES[modality]}"
    ui.plot(figure, key, alt, on_select=pick if dims == 2 else "ignore")
    part = "whole catalogue" if len(rows) == len(place) else f"of {len(place):,} products"
    if head is not None:
        part += ", coloured: test part"
    ui.caption(bundle, len(rows), part, modality, head, note=map_views.trust_words(chosen))


# The products


def _products(bundle: Bundle, picked: Sequence[int], hits: np.ndarray, modality: str) -> None:
    rows, how = (list(picked), "picked on the map") if picked else (hits.tolist(), "found")
    ui.section("Picked products" if picked or not rows else "Found products")
    if not rows:
        ui.empty(
            "Nothing picked",
            "Draw a loop or a box around some points, or click one, as “Pick by” says, to see the products.",
            "lasso_select",
        )
        return
    if picked and st.button("Clear", icon=":material/close:", key="map-clear"):
        _kept(bundle).clear()
        st.rerun()
    if len(rows) > 1:
        _list(bundle, rows, how, modality)
        one = st.selectbox(
            "One of them, and its neighbours",
            rows[:LISTED],
            index=None,
            format_func=lambda row: words.product_word(bundle.table.loc[row]),
            placeholder="choose a product",
            key=f"map-one-{zlib.crc32(repr(rows).encode())}",
        )
    else:
        one = rows[0]
    if one is not None:
        _one(bundle, one)


def _list(bundle: Bundle, rows: list[int], how: str, modality: str) -> None:
    counts = overview.class_counts(bundle.table.loc[rows])
    left, right = ui.halves()
    with left:
        top = counts.head(12)
        figure = figures.bars(list(top.index), top.to_numpy(), unit="products")
        note = f"12 of {len(counts)} categories shown." if len(counts) > 12 else ""
        note = words.facts(bundle, len(rows), how, note=note)
        ui.exhibit(figure, f"{bundle.name}-mix", "Categories of the picked products", note)
    with right:
        ui.product_table(bundle, rows[:LISTED])
        with st.container(horizontal=True, vertical_alignment="center"):
            cut = f"The first {LISTED} of {len(rows):,}" if len(rows) > LISTED else f"All {len(rows):,}"
            st.caption(f"{cut} are listed; the file holds all, with the chosen model's answers.")
            found = loaders.answers(bundle, modality, bundle.best[modality])
            ui.download_table(map_views.product_list(bundle, rows, found), f"{bundle.name}-picked")


def _one(bundle: Bundle, row: int) -> None:
    product = bundle.table.loc[row]
    ui.section("One product and its nearest", "By all numbers of its features, not by its place on the map.")
    picture, facts = st.columns([1, 5])
    with picture:
        ui.cards([product_card(bundle, row)])
    with facts:
        st.markdown(f"Category: **{product['category']}**, part of the split: {product['part']}")
    if not all(bundle.has_features(modality) for modality in bundle.modalities):
        ui.empty(
            "No neighbours here",
            "This bundle keeps no features, as bundles to be shared do not; build it from your own copy of "
            "the catalogue to see them.",
            "lock",
        )
        return
    spaces = [found for m in bundle.modalities if (found := loaders.nearby(bundle, row, m)) is not None]
    with facts:
        agreement = map_neighbours.agreement_words(bundle, row, spaces)
        st.info(agreement or "It has neither text nor picture to compare.", icon=":material/compare_arrows:")
    for found in spaces:
        note = f"{map_neighbours.same_words(found)} ({product['category']})"
        st.markdown(f"**{words.MODALITIES[found.modality]}:** {note}")
        ui.cards(map_neighbours.neighbour_cards(bundle, found), min_width=80)
        present = int(bundle.present(found.modality).sum())
        ui.caption(bundle, present, "whole catalogue", found.modality)
    for modality in set(bundle.modalities) - {found.modality for found in spaces}:
        st.caption(f"No neighbours by {words.MODALITIES[modality].lower()}: this product lacks it.")


ui.page(
    "Embeddings",
    "Each point is a product; products that read or look alike lie close together.",
    show,
    filtered_by=("modality", "categories", "part"),
)
