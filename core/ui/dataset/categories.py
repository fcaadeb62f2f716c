"""The tab of the Dataset page on categories: how large they are, and their tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.taxonomy.findings import findings, same_names
from core.taxonomy.tree import category_tree, tree_table
from core.ui import loaders
from core.ui.dataset.parts import how_many, left_out_note
from core.ui.figures import exhibit
from core.ui.parts import halves, lead, section
from core.views.captions import figure_caption
from core.views.categories import category_counts
from core.views.charts import bar_chart
from core.views.dataset.catalogue_charts import long_tail_chart
from core.views.dataset.long_tail import LongTail, category_table
from core.views.dataset.tree_chart import READING, answered_right, tree_chart
from core.views.formatting import capitalised
from core.views.models.answers import answers

if TYPE_CHECKING:
    import pandas as pd

    from core.bundle.reader import Bundle
    from core.views.selection import Selection


def categories(bundle: Bundle, selection: Selection, table: pd.DataFrame) -> None:
    """Draw how large the categories are, and their tree where the catalogue has one."""
    lead("Category sizes", "Models learn little from small categories.")
    tail = LongTail(category_counts(table))
    summary = tail.summary(trained_on=selection.split in ("", "train"))
    if summary:
        st.markdown(summary)
    left, right = halves()
    with left:
        count = how_many(len(tail.counts), "dataset-all-classes")
        shown = tail.counts.head(count)
        note = left_out_note(count, len(tail.counts))
        exhibit(
            bar_chart(list(shown.index), shown.tolist(), unit="products"),
            f"{bundle.name}-categories",
            "Products per category",
            figure_caption(bundle, len(table), selection.products, note=note),
            table=category_table(table),
        )
    if summary:
        with right:
            exhibit(
                long_tail_chart(tail),
                f"{bundle.name}-long-tail",
                "Share of products in the largest categories",
                figure_caption(
                    bundle, len(table), selection.products, note="Dotted line: 80% of the products."
                ),
            )
    _tree(bundle, selection, table)


def _tree(bundle: Bundle, selection: Selection, table: pd.DataFrame) -> None:
    products = loaders.product_tree(bundle, selection)
    if products is None:
        return
    given = answers(bundle, selection.modality)
    tree = category_tree(products, right=answered_right(table, given, len(bundle.table)))
    section(
        "Category tree", "Box height: number of products. Click a box to open it; the bar above goes back."
    )
    modality = selection.modality if tree.tested[0] else None
    notes = [
        *([f"Accuracy on {tree.tested[0]:,} test products. {READING}"] if modality else []),
        *([f"{tree.left_out:,} of the smallest boxes are left out."] if tree.left_out else []),
        *(f"{capitalised(each.line())}." for each in findings({"same name": same_names(products.tree)})),
    ]
    exhibit(
        tree_chart(tree),
        f"{bundle.name}-tree",
        "Category tree",
        figure_caption(
            bundle,
            len(table),
            selection.products,
            modality,
            bundle.best[modality] if modality else None,
            note=" ".join(notes),
        ),
        table=tree_table(tree),
    )
