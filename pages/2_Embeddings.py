"""Maps of the catalogue: products whose texts or pictures are alike lie close together."""

import numpy as np
import streamlit as st

from core import figures, maps, overview, ui, words
from core.bundle import Bundle

COLOUR_BY = {"category": "Category", "predicted": "Predicted category", "verdict": "Right or wrong"}
LISTED = 200


def show(bundle: Bundle) -> None:
    """Draw the page."""
    if not bundle.projections:
        ui.empty(
            "No maps in this bundle", "It was built without projections; build it again to have them.", "map"
        )
        return
    with st.container(horizontal=True, gap="medium"):
        modality = _pick(bundle, "Input", "modality", words.MODALITIES)
        method = _pick(bundle, "Method", "method", words.METHODS, modality=modality)
        dims = _pick(bundle, "Dimensions", "dims", {2: "2-D", 3: "3-D"}, modality=modality, method=method)
        colour_by = ui.choose("Colour", list(COLOUR_BY), COLOUR_BY, "map-colour")
    place = bundle.coordinates(modality, method, dims)
    rows = np.flatnonzero(np.isfinite(place).all(axis=1))
    categories = bundle.table["category"].to_numpy(dtype=object)
    named = categories
    head = None
    if colour_by != "category":
        head = bundle.best[modality]
        named = overview.predicted_by_row(bundle.table["sku"], ui.predicted(bundle, modality, head))
    if colour_by == "verdict":
        layers = maps.verdict_layers(categories, named, rows)
    else:
        layers = maps.category_layers(named, rows, _coloured(bundle))
    hover = overview.hover_texts(bundle.table)
    key = f"map-{bundle.name}-{modality}-{method}-{dims}-{colour_by}"
    event = ui.plot(
        maps.product_map(place, layers, hover),
        key,
        "Map of the products",
        on_select="rerun" if dims == 2 else "ignore",
    )
    part = "whole catalogue" if len(rows) == len(place) else f"of {len(place):,} products"
    if head is not None:
        part += ", coloured: test part"
    ui.caption(bundle, len(rows), part, modality, head, note=_how_good(bundle, modality, method, dims))
    if dims == 3:
        ui.empty("Turn it with the mouse", "Products can be picked on the 2-D maps only.", "3d_rotation")
        return
    _selection(bundle, maps.selected_rows(event))


def _pick(bundle: Bundle, label: str, part: str, names: dict, **fixed: object) -> object:
    """Offer what the bundle has of one property of its maps, given the properties chosen before."""
    fitting = [
        p for p in bundle.projections if all(getattr(p, name) == value for name, value in fixed.items())
    ]
    have = {getattr(p, part) for p in fitting}
    options = [value for value in names if value in have]
    return ui.choose(label, options, names, f"map-{bundle.name}-{part}-{'-'.join(map(str, options))}")


def _coloured(bundle: Bundle) -> list[str]:
    """Let the user say which categories get a colour of their own; the largest ones to begin with."""
    names = list(overview.class_counts(bundle.table).index)
    if len(names) <= maps.COLOURS:
        return names
    return st.multiselect(
        f"Categories in colour (up to {maps.COLOURS}; the others are grey)",
        names,
        default=names[: maps.COLOURS],
        max_selections=maps.COLOURS,
        key=f"map-{bundle.name}-coloured",
        persist_state="session",
    )


def _how_good(bundle: Bundle, modality: str, method: str, dims: int) -> str:
    chosen = next(p for p in bundle.projections if (p.modality, p.method, p.dims) == (modality, method, dims))
    if chosen.trustworthiness is None:
        return ""
    return (
        f"How far to trust it: {chosen.trustworthiness:.0%} of what is close here is close in the features; "
        f"{chosen.neighbour_accuracy:.0%} of the products lie among their own category."
    )


def _selection(bundle: Bundle, rows: list[int]) -> None:
    ui.section("Picked products")
    if not rows:
        ui.empty(
            "Nothing picked",
            "Draw a loop around some points, or click one, to see the products.",
            "lasso_select",
        )
        return
    counts = overview.class_counts(bundle.table.loc[rows])
    left, right = ui.halves()
    with left:
        ui.plot(
            figures.bars(list(counts.head(12).index), counts.head(12).to_numpy(), unit="products"),
            "mix",
            "Mix",
        )
        note = f"12 of {len(counts)} categories shown." if len(counts) > 12 else ""
        ui.caption(bundle, len(rows), "picked on the map", note=note)
    with right:
        ui.product_table(bundle, rows[:LISTED])
        if len(rows) > LISTED:
            st.caption(f"The first {LISTED} of {len(rows):,} picked products.")


ui.page("Embeddings", "Each point is a product; products that read or look alike lie close together.", show)
