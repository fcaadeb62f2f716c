"""The tab of the Dataset page on what is missing: empty fields, and rows that were set aside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.ui import loaders
from core.ui.dataset.parts import how_many, left_out_note
from core.ui.downloads import download_table
from core.ui.figures import exhibit
from core.ui.parts import caption, empty, foot, halves, lead, section
from core.ui.tables import COUNT, show_table
from core.views.captions import figure_caption
from core.views.dataset.catalogue_charts import missing_chart
from core.views.dataset.gaps import SHARES
from core.views.dataset.set_aside import placeholder_table, set_aside_tables

if TYPE_CHECKING:
    import pandas as pd

    from core.bundle.reader import Bundle
    from core.views.selection import Selection


def missing(bundle: Bundle, selection: Selection, table: pd.DataFrame) -> None:
    """Show which fields are empty, and which rows of the owner's table were left out."""
    lead("Missing fields", "Empty fields, over all products and by category.")
    fields, by_category = loaders.missing(bundle, selection)
    if by_category.empty:
        st.success("Every product has every field.", icon=":material/check_circle:")
    else:
        left, right = halves()
        with left:
            _fields(bundle, selection, table, fields)
        with right:
            _by_category(bundle, selection, table, by_category)
    _set_aside(bundle)


def _fields(bundle: Bundle, selection: Selection, table: pd.DataFrame, fields: pd.DataFrame) -> None:
    show_table(fields, bars=SHARES, columns={"Missing": COUNT}, height="content")
    with foot(figure_caption(bundle, len(table), selection.products)):
        download_table(fields, f"{bundle.name}-missing")


def _by_category(
    bundle: Bundle, selection: Selection, table: pd.DataFrame, by_category: pd.DataFrame
) -> None:
    worst = by_category.loc[by_category.mean(axis=1).sort_values(ascending=False, kind="stable").index]
    count = how_many(len(worst), "dataset-all-gaps")
    shown = worst.head(count)
    note = left_out_note(count, len(worst))
    exhibit(
        missing_chart(shown.to_numpy(), shown.index.tolist(), shown.columns.tolist()),
        f"{bundle.name}-gaps",
        "Missing fields by category",
        figure_caption(bundle, len(table), selection.products, note=note),
        table=worst.rename_axis("Category").reset_index(),
    )


def _placeholders(bundle: Bundle) -> None:
    listed = placeholder_table(bundle.account)
    if len(listed):
        st.caption("Images that many different products show are placeholders and count as no image.")
        show_table(listed, columns={"Products": COUNT}, height="content")


def _set_aside(bundle: Bundle) -> None:
    account = bundle.account
    section("Rows set aside")
    st.markdown(f"Read {account.rows_read:,} rows, kept {account.rows_kept:,}.")
    for line in account.images.without_names().lines():
        caption(f"{line.capitalize()}.")
    if account.broken_images:
        st.caption(
            f"{account.broken_images:,} images could not be opened; products with no other count as without "
            "an image."
        )
    if account.empty_images:
        st.caption(
            f"{account.empty_images:,} images show nothing, only one colour or noise; "
            "products with no other count as without an image."
        )
    _placeholders(bundle)
    if not account.set_aside:
        empty("No rows set aside", "Every row has a category and a text or an image.", "check")
        return
    reasons, small = set_aside_tables(account)
    left, right = halves()
    for place, rows, key in ((left, reasons, "set-aside"), (right, small, "small-categories")):
        if len(rows):
            with place:
                show_table(rows, columns={"Rows": COUNT}, height=min(420, 38 + 35 * len(rows)))
                download_table(rows, f"{bundle.name}-{key}")
