"""The tab of the Dataset page on texts: how long they are, and the words that mark a category."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.ui import address, loaders
from core.ui.dataset.parts import distribution
from core.ui.downloads import download_table
from core.ui.figures import exhibit
from core.ui.parts import PRIVATE, empty, foot, halves, lead, section
from core.ui.tables import show_table
from core.views.captions import figure_caption
from core.views.categories import category_counts
from core.views.dataset import measures
from core.views.dataset.catalogue_charts import word_share_chart
from core.views.dataset.languages import languages_summary
from core.views.formatting import shorten_category
from core.views.selection import Selection

if TYPE_CHECKING:
    import pandas as pd

    from core.bundle.marking_words import MarkingWords
    from core.bundle.reader import Bundle

WORDS = 15
METHOD = (
    "Compared with the texts of all other categories by Dunning's likelihood ratio, strongest first. "
    "Identical texts count once."
)


def texts(bundle: Bundle, selection: Selection, table: pd.DataFrame) -> None:
    """Show how long texts are, and which words mark a category."""
    if spoken := languages_summary(bundle):
        st.caption(spoken)
    lead("Text lengths", "Name and description together, in characters.")
    if not table["has_text"].any():
        empty("No texts", "None of these products has a name or a description.")
        return
    distribution(
        bundle, selection, table, measures.text_lengths(table),
        unit="characters", of="text", title="Text lengths", key="text-lengths",
    )  # fmt: skip
    section(
        "Typical words of a category",
        "Words that its texts use more often than other texts. If a brand is among them, a model may learn "
        "the brand instead of the category.",
    )
    if bundle.private:
        empty("No texts to show", PRIVATE, "lock")
        return
    _words(bundle, selection, table)


def _words(bundle: Bundle, selection: Selection, table: pd.DataFrame) -> None:
    marking = loaders.marking_words(bundle, selection.split)
    names = [name for name in category_counts(table).index if name in marking.categories]
    if not names:  # as where text vectors were given without the texts
        empty("No texts to show", "This catalogue keeps no texts.", "lock")
        return
    key = f"{bundle.name}-words-class"
    address.restore("words", key, {name: name for name in names}, names[0])
    category = st.selectbox("Category", names, format_func=shorten_category, key=key, width=320)
    address.write("words", key, category, names[0])
    split = Selection(selection.modality, split=selection.split).products
    left, right = halves()
    with left:
        _words_of(bundle, marking, category, split)
    with right:
        overview = marking.overview(names)
        columns = {
            "Category": st.column_config.TextColumn(width=175),
            "Texts": st.column_config.NumberColumn(width=70, format="localized"),
        }
        show_table(overview, columns=columns, height=min(520, 38 + 35 * len(overview)))
        with foot(figure_caption(bundle, int(marking.texts.sum()), f"different texts of {split}")):
            download_table(overview, f"{bundle.name}-words-all")


def _words_of(bundle: Bundle, marking: MarkingWords, category: str, split: str) -> None:
    table = marking.of(category, WORDS)
    if table.empty:
        empty("No typical words", f"{category} has too few texts, or its words are common to all categories.")
        return
    what = f"different texts of {split}"
    exhibit(
        word_share_chart(table, category),
        f"{bundle.name}-words",
        f"Typical words of {category}",
        figure_caption(bundle, int(marking.texts.sum()), what, note=METHOD),
        table=table,
    )
