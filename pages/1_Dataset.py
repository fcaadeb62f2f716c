"""What the catalogue holds: categories, products, texts, pictures, prices, gaps, and what is doubtful."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import streamlit as st

from core.taxonomy import tree as taxonomy
from core.ui import address
from core.ui.dataset import faults as ui_doubts
from core.ui.dataset import texts as ui_measures
from core.ui.downloads import download_table
from core.ui.figures import exhibit
from core.ui.page import page
from core.ui.parts import PRIVATE, empty, halves, lead, metrics, page_of, section
from core.ui.products import cards, percent_column
from core.views.captions import figure_caption
from core.views.categories import category_counts
from core.views.charts import bar_chart
from core.views.dataset import gallery, long_tail, measures
from core.views.dataset.catalogue_charts import long_tail_chart, missing_chart, treemap
from core.views.dataset.gaps import missing_by_category, missing_fields
from core.views.dataset.set_aside import set_aside_tables

if TYPE_CHECKING:
    import pandas as pd

    from core.bundle.reader import Bundle
    from core.views.selection import Selection

PER_PAGE = 24


def show(bundle: Bundle, view: Selection) -> None:
    """Draw the page."""
    table = view.rows(bundle.table)
    if not view.is_whole:
        count = f"{len(table):,} of {len(bundle.table):,} products"
        st.info(f"**{view.words}**: {count}. The filter is in the sidebar.", icon=":material/filter_alt:")
    if table.empty:
        empty("No product matches", "Choose other categories or another part of the split in the sidebar.")
        return
    metrics(
        {
            "Products": f"{len(table):,}",
            "Categories": f"{table['category'].nunique():,}",
            "With a text": f"{table['has_text'].mean():.1%}",
            "With a picture": f"{table['has_image'].mean():.1%}",
        }
    )
    parts = {
        "Categories": _categories,
        "Products": _products,
        "Texts": ui_measures.texts,
        "Pictures": ui_measures.pictures,
    }
    if measures.has_prices(bundle.table):
        parts["Prices"] = ui_measures.prices
    parts |= {"Gaps": _gaps, "Duplicates": ui_doubts.duplicates, "Doubts": ui_doubts.doubts}
    key = f"dataset-{'-'.join(parts)}"
    address.restore("tab", key, {name: name for name in parts}, "Categories")
    tabs = st.tabs(list(parts), on_change="rerun", key=key)
    for tab, (name, draw) in zip(tabs, parts.items(), strict=True):
        if tab.open:  # the others cost nothing until somebody looks at them
            address.write("tab", key, name, "Categories")
            with tab:
                draw(bundle, view, table)


# Categories


def _categories(bundle: Bundle, view: Selection, table: pd.DataFrame) -> None:
    tail = long_tail.LongTail(category_counts(table))
    lead("How large the categories are", "A model learns little from a small one.")
    said = tail.words(learned=view.part in ("", "train"))
    if said:
        st.markdown(said)
    left, right = halves()
    with left:
        shown = ui_measures.largest(tail.counts, "dataset-all-classes")
        exhibit(
            bar_chart(list(shown.index), shown.to_numpy(), unit="products"),
            f"{bundle.name}-categories",
            "Products per category",
            figure_caption(
                bundle, len(table), view.words, note=ui_measures.cut(len(shown), len(tail.counts))
            ),
            table=long_tail.class_table(table),
        )
    if said:
        with right:
            exhibit(
                long_tail_chart(tail),
                f"{bundle.name}-long-tail",
                "Share of the products that the largest categories hold",
                figure_caption(
                    bundle, len(table), view.words, note="The dotted line marks 80% of the products."
                ),
            )
    _tree(bundle, view, table)


def _tree(bundle: Bundle, view: Selection, table: pd.DataFrame) -> None:
    tree = taxonomy.category_tree(table)
    if tree is None:
        return
    section(
        "The tree of categories",
        "Boxes are as large as the products in them. Click one to open it, and the bar above to go back.",
    )
    note = f"{tree.left_out:,} of the smallest boxes are left out." if tree.left_out else ""
    exhibit(
        treemap(tree),
        f"{bundle.name}-tree",
        "The tree of categories",
        figure_caption(bundle, len(table), view.words, note=note),
        table=taxonomy.tree_table(tree),
    )


# Products


@st.fragment
def _products(bundle: Bundle, view: Selection, table: pd.DataFrame) -> None:
    """Draw the gallery; turning a page draws nothing else anew."""
    if bundle.private:
        empty("Not in this bundle", PRIVATE, "lock")
        return
    asked, key = view.mask(bundle.table), f"{bundle.name}-gallery"
    categories = ["", *category_counts(table).index]
    gaps, orders = gallery.gaps(bundle.table, asked), gallery.orders(bundle.table)
    address.restore("find", f"{key}-find", address.ANY_TEXT, "")
    address.restore("gallery", f"{key}-class", {name: name for name in categories}, "")
    with st.grid(4, min_column_width=190, vertical_alignment="bottom"):
        query = st.text_input("Find", placeholder="words of a name, or an id", key=f"{key}-find")
        category = st.selectbox("Category", categories, format_func=lambda c: c or "All", key=f"{key}-class")
        lacking = st.selectbox(
            "Missing",
            ["", *gaps],
            format_func=lambda c: gaps.get(c, "does not matter"),
            key=f"{key}-lack",
        )
        order = st.selectbox("Order", list(orders), format_func=orders.get, key=f"{key}-order")
    address.write("find", f"{key}-find", query, "")
    address.write("gallery", f"{key}-class", category, "")
    wish = gallery.GalleryFilter(category, query, lacking, order)
    rows = gallery.wanted_rows(bundle.table, asked, wish)
    if not len(rows):
        empty("No product fits", "Ask for fewer things at once.", "search_off")
        return
    start, stop = page_of(len(rows), PER_PAGE, f"{key}-{zlib.crc32(repr((wish, view)).encode())}")
    cards(gallery.gallery_cards(bundle, rows[start:stop], with_category=not category))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(figure_caption(bundle, len(rows), f"{category}, {view.words}" if category else view.words))
        download_table(gallery.gallery_table(bundle.table, rows), f"{bundle.name}-products")


# Gaps


def _gaps(bundle: Bundle, view: Selection, table: pd.DataFrame) -> None:
    lead("What is missing", "Fields that are empty, over all products and by category.")
    fields = missing_fields(table, private=bundle.private)
    gaps = missing_by_category(table, private=bundle.private)
    if gaps.empty:
        st.success("Nothing: every product has every field.", icon=":material/check_circle:")
    else:
        left, right = halves()
        with left:
            words = {
                "field": "Field",
                "missing": st.column_config.NumberColumn("Missing", format="localized"),
                "percent": percent_column("Share"),
            }
            st.dataframe(fields, hide_index=True, height="content", column_config=words)
            with st.container(horizontal=True, vertical_alignment="center"):
                st.caption(figure_caption(bundle, len(table), view.words))
                download_table(fields, f"{bundle.name}-missing")
        with right:
            worst = gaps.loc[gaps.mean(axis=1).sort_values(ascending=False, kind="stable").index]
            shown = ui_measures.largest(worst, "dataset-all-gaps")
            exhibit(
                missing_chart(shown.to_numpy(), shown.index, shown.columns),
                f"{bundle.name}-gaps",
                "Missing fields by category",
                figure_caption(bundle, len(table), view.words, note=ui_measures.cut(len(shown), len(gaps))),
                table=worst.rename_axis("Category").reset_index(),
            )
    _set_aside(bundle)


def _set_aside(bundle: Bundle) -> None:
    account = bundle.account
    section("What was set aside, and why")
    st.markdown(f"{account.rows_read:,} rows were read, {account.rows_kept:,} kept.")
    if account.broken_images:
        st.caption(
            f"{account.broken_images:,} pictures could not be opened; their products count as without one."
        )
    if not account.set_aside:
        text = "Every row of the table had a category and something to classify it by."
        empty("Nothing was set aside", text, "check")
        return
    reasons, small = set_aside_tables(account)
    left, right = halves()
    for place, listed, key in ((left, reasons, "set-aside"), (right, small, "small-categories")):
        if len(listed):
            with place:
                st.dataframe(listed, hide_index=True, height=min(420, 38 + 35 * len(listed)))
                download_table(listed, f"{bundle.name}-{key}")


page(
    "Dataset",
    "What the catalogue holds: its categories, its texts and pictures, and where it has gaps.",
    show,
    filtered_by=("categories", "part"),
)
