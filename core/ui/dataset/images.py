"""The tab of the Dataset page on images: their sizes and shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.ui import loaders
from core.ui.dataset.parts import how_many, left_out_note
from core.ui.figures import exhibit
from core.ui.parts import empty, halves, lead
from core.views.captions import figure_caption
from core.views.dataset import measures
from core.views.dataset.distribution_charts import image_size_chart, shape_chart

if TYPE_CHECKING:
    import pandas as pd

    from core.bundle.reader import Bundle
    from core.views.selection import Selection


def images(bundle: Bundle, selection: Selection, table: pd.DataFrame) -> None:
    """Show sizes and shapes of the images."""
    lead("Image sizes and shapes")
    sizes, by_shape, summary = loaders.image_measures(bundle, selection)
    if sizes.empty:
        empty("No images", "The catalogue was built without images, or none of these products has one.")
        return
    st.markdown(summary)
    several = (by_shape[list(measures.SHAPES)].sum() > 0).sum() > 1
    note = figure_caption(bundle, int(sizes["products"].sum()), f"{selection.products} with an image")
    left, right = halves()
    with left:
        columns = (sizes[name].to_numpy() for name in ("width", "height", "products"))
        exhibit(image_size_chart(*columns), f"{bundle.name}-image-sizes", "Image sizes", note, table=sizes)
    if not several:
        return
    with right:
        count = how_many(len(by_shape), "dataset-all-shapes")
        left_out = left_out_note(count, len(by_shape))
        exhibit(
            shape_chart(by_shape.head(count)),
            f"{bundle.name}-image-shapes",
            "Image shapes by category",
            f"{note}  \nSquare: sides that differ by 5% or less. {left_out}",
            table=by_shape,
        )
