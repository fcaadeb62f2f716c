"""The parts of the Dataset page that measure: texts and their words, pictures, prices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from core.ui import address, loaders
from core.ui.downloads import download_table
from core.ui.figures import exhibit
from core.ui.parts import PRIVATE, empty, halves, lead, section
from core.views.captions import figure_caption
from core.views.categories import category_counts
from core.views.dataset import measures
from core.views.dataset.catalogue_charts import word_share_chart
from core.views.dataset.distribution_charts import box_chart, histogram, image_size_chart, shape_chart
from core.views.dataset.measures import image_sizes
from core.views.selection import Selection

if TYPE_CHECKING:
    import pandas as pd

    from core.bundle.reader import Bundle

SHOWN_CLASSES = 25
WORDS = 15
_COUNT = st.column_config.NumberColumn(width=70, format="localized")


# Small parts


def largest(listed: pd.DataFrame | pd.Series, key: str) -> pd.DataFrame | pd.Series:
    """Return the first of many categories, or all where the visitor wants them."""
    many = len(listed) > SHOWN_CLASSES
    if many and not st.toggle(f"Show all {len(listed)} categories", key=key, persist_state="session"):
        return listed.head(SHOWN_CLASSES)
    return listed


def cut(shown: int, total: int) -> str:
    """Say that not all categories are shown; "" where they are."""
    return f"{shown} of {total} categories shown." if shown < total else ""


# Texts


def texts(bundle: Bundle, view: Selection, table: pd.DataFrame) -> None:
    """Show how long texts are, and which words mark a category."""
    lengths = measures.text_lengths(table)
    lead("How long the texts are", "Name and description together, in characters.")
    if not table["has_text"].any():
        empty("No texts", "None of these products has a name or a description.")
        return
    _spread(bundle, view, table, lengths, "characters", "text-lengths", "Lengths of the texts")
    section(
        "Words that mark a category",
        "Those its texts use more often than all other texts do. A brand among them may be all that a model "
        "learns of the category.",
    )
    if not table["name"].ne("").any():
        empty("Not in this bundle", PRIVATE if bundle.private else "It keeps no texts.", "lock")
        return
    _words(bundle, view, table)


def _words(bundle: Bundle, view: Selection, table: pd.DataFrame) -> None:
    found = loaders.marking_words(bundle, view.part)
    names = [name for name in category_counts(table).index if name in found.categories]
    key = f"{bundle.name}-words-class"
    address.restore("words", key, {name: name for name in names}, names[0])
    category = st.selectbox("Category", names, key=key, width=320)
    address.write("words", key, category, names[0])
    marking = found.of(category, WORDS)
    texts, part = int(found.texts.sum()), Selection(view.modality, part=view.part).words
    method = (
        "Surest first, by Dunning's likelihood ratio; compared with the texts of all other categories. Texts "
        "that are the same count once."
    )
    left, right = halves()
    with left:
        if marking.empty:
            empty("No word stands out", f"{category} has too few texts, or its words are everybody's.")
        else:
            exhibit(
                word_share_chart(marking, category),
                f"{bundle.name}-words",
                f"Words that mark {category}",
                figure_caption(bundle, texts, f"{category} and all others, {part}", note=method),
                table=marking,
            )
    with right:
        listed = found.overview(names)
        widths = {"Category": st.column_config.TextColumn(width=175), "Texts": _COUNT}
        st.dataframe(listed, hide_index=True, height=min(520, 38 + 35 * len(listed)), column_config=widths)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(figure_caption(bundle, texts, part))
            download_table(listed, f"{bundle.name}-words-all")


# Pictures and prices


def pictures(bundle: Bundle, view: Selection, table: pd.DataFrame) -> None:
    """Show sizes and shapes of the pictures."""
    lead("How large the pictures are, and what shape")
    sizes, by_shape = image_sizes(table), measures.shape_table(table)
    if sizes.empty:
        empty("No pictures", "This bundle was built without pictures, or none of these products has one.")
        return
    st.markdown(measures.image_summary(table))
    several = (by_shape[list(measures.SHAPES)].sum() > 0).sum() > 1
    note = figure_caption(bundle, int(sizes["products"].sum()), f"with a picture, {view.words}")
    left, right = halves()
    with left:
        figure = image_size_chart(sizes["width"], sizes["height"], sizes["products"])
        exhibit(figure, f"{bundle.name}-picture-sizes", "Sizes of the pictures", note, table=sizes)
    if not several:
        return
    with right:
        shown = largest(by_shape, "dataset-all-shapes")
        exhibit(
            shape_chart(shown),
            f"{bundle.name}-picture-shapes",
            "Shapes of the pictures by category",
            f"{note}  \nSquare: sides that differ by 5% or less. {cut(len(shown), len(by_shape))}",
            table=by_shape,
        )


def prices(bundle: Bundle, view: Selection, table: pd.DataFrame) -> None:
    """Show what products cost, over all and by category."""
    lead("What the products cost", "In the catalogue's own currency; each step of the axis is ten times.")
    prices = measures.price_column(table)
    if not (prices > 0).any():
        empty("No prices", "None of these products has one.")
        return
    _spread(bundle, view, table, prices, "price", "prices", "Prices", log=True)


def _spread(
    bundle: Bundle,
    view: Selection,
    table: pd.DataFrame,
    values: np.ndarray,
    unit: str,
    key: str,
    title: str,
    *,
    log: bool = False,
) -> None:
    """Draw values over all products and by category, side by side."""
    known = values[np.isfinite(values)]
    by_class = measures.spread(values, table["category"].to_numpy(dtype=object))
    note = figure_caption(bundle, len(known), f"with a {unit if log else 'text'}, {view.words}")
    left, right = halves()
    with left:
        exhibit(histogram(known, unit=unit, log=log), f"{bundle.name}-{key}", title, note)
    with right:
        first = largest(
            by_class.sort_values("Products", ascending=False, kind="stable"), f"dataset-all-{key}"
        )
        shown = by_class[by_class["Category"].isin(first["Category"])]
        how = "Boxes: the middle half, and where the middle is. Lines: nine products in ten. "
        exhibit(
            box_chart(shown, unit=unit, log=log),
            f"{bundle.name}-{key}-by-category",
            f"{title} by category",
            f"{note}  \n{how}{cut(len(shown), len(by_class))}",
            table=by_class,
        )
