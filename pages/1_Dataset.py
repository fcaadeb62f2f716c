"""What the catalogue holds: categories, gaps, sizes, a gallery, and what was set aside."""

import pandas as pd
import streamlit as st

from core import figures, overview, ui
from core.bundle import Bundle
from core.cards import product_card
from core.faults import KINDS
from core.view import View

SHOWN_CLASSES = 25
PER_PAGE = 12


def show(bundle: Bundle, view: View) -> None:
    """Draw the page."""
    table, account = bundle.table, bundle.account
    ui.metrics(
        {
            "Products": f"{len(table):,}",
            "Categories": f"{len(bundle.classes):,}",
            "With a text": f"{table['has_text'].mean():.1%}",
            "With a picture": f"{table['has_image'].mean():.1%}",
            "Rows set aside": f"{account.rows_read - account.rows_kept:,}",
        },
        {"Rows set aside": "Rows that were read but not used; the reasons stand at the end of this page."},
    )
    _categories(bundle)
    _gallery(bundle)
    _sizes(bundle)
    _gaps(bundle)
    _wrong(bundle)
    _set_aside(bundle)


def _categories(bundle: Bundle) -> None:
    ui.section("Categories", "How many products each category has. A model learns little from a small one.")
    counts = overview.class_counts(bundle.table)
    if len(counts) > SHOWN_CLASSES and not st.toggle(
        f"Show all {len(counts)} categories", key="dataset-all-classes"
    ):
        counts = counts.head(SHOWN_CLASSES)
    ui.plot(
        figures.bars(list(counts.index), counts.to_numpy(), unit="products"),
        "classes",
        "Products per category",
    )
    ui.caption(bundle, len(bundle.table), "whole catalogue", note=_cut(len(counts), len(bundle.classes)))


def _gallery(bundle: Bundle) -> None:
    ui.section("Products")
    if bundle.private:
        ui.empty("Not in this bundle", ui.PRIVATE, "lock")
        return
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    category = left.selectbox(
        "Category", overview.class_counts(bundle.table).index, key=f"{bundle.name}-gallery"
    )
    rows = bundle.table.index[bundle.table["category"] == category]
    with right:
        number = st.pagination(max(1, -(-len(rows) // PER_PAGE)), key=f"{bundle.name}-gallery-{category}")
    shown = bundle.table.loc[rows[(number - 1) * PER_PAGE : number * PER_PAGE]]
    ui.cards(product_card(bundle, row) for row in shown.index)
    ui.caption(bundle, len(rows), f"{category}, whole catalogue")


def _sizes(bundle: Bundle) -> None:
    table = bundle.table
    ui.section("Texts, pictures and prices" if len(overview.prices(table)) else "Texts and pictures")
    left, right = ui.halves()
    lengths = table.loc[table["has_text"], "text_length"].to_numpy()
    with left:
        if len(lengths):
            ui.plot(figures.histogram(lengths, unit="characters of text"), "lengths", "Lengths of the texts")
            ui.caption(bundle, len(lengths), "products with a text")
        else:
            ui.empty("No texts", "No product of this catalogue has a name or a description.")
    sizes = overview.picture_sizes(table)
    with right:
        if len(sizes):
            figure = figures.picture_sizes(sizes["width"], sizes["height"], sizes["products"])
            ui.plot(figure, "sizes", "Sizes of the pictures")
            ui.caption(bundle, int(sizes["products"].sum()), "products with a picture")
        else:
            ui.empty("No pictures", "This bundle was built without pictures, or none could be opened.")
    prices = overview.prices(table)
    if len(prices):
        ui.plot(figures.histogram(prices, unit="price", log=True), "prices", "Prices")
        ui.caption(
            bundle,
            len(prices),
            "products with a price",
            note="In the catalogue's own currency, on a log scale.",
        )


def _gaps(bundle: Bundle) -> None:
    ui.section("What is missing", "Fields that are empty, over all products and by category.")
    fields = overview.missing_fields(bundle.table, private=bundle.private)
    gaps = overview.missing_by_class(bundle.table, private=bundle.private)
    if gaps.empty:
        st.success("Nothing: every product has every field.", icon=":material/check_circle:")
        return
    left, right = ui.halves()
    with left:
        words = {"field": "Field", "missing": "Missing", "percent": ui.percent_column("Share")}
        st.dataframe(fields, hide_index=True, height="content", column_config=words)
        ui.caption(bundle, len(bundle.table), "whole catalogue")
    with right:
        worst = gaps.loc[gaps.mean(axis=1).sort_values(ascending=False, kind="stable").index].head(
            SHOWN_CLASSES
        )
        ui.plot(
            figures.missing(worst.to_numpy(), worst.index, worst.columns),
            "gaps",
            "Missing fields by category",
        )
        ui.caption(bundle, len(bundle.table), "whole catalogue", note=_cut(len(worst), len(gaps)))


def _wrong(bundle: Bundle) -> None:
    ui.section(
        "What is probably wrong",
        "Found by models that had not seen the product. Worst first; a person should look.",
    )
    if bundle.faults is None:
        ui.empty("Not in this bundle", "It was built by an older version: build it again.")
        return
    listed = bundle.faults[bundle.faults["is_issue"]]
    kinds = [kind for kind in KINDS if (listed["kind"] == kind).any()]
    if not kinds:
        st.success("Nothing was found.", icon=":material/check_circle:")
    else:
        counts = listed["kind"].value_counts()
        names = {kind: f"{KINDS[kind]} ({counts[kind]:,})" for kind in kinds}
        kind = ui.choose("Kind", kinds, names, f"faults-{bundle.name}")
        _faults_of_kind(bundle, listed[listed["kind"] == kind])
    if bundle.fairness is not None:
        st.caption(f"**Is the split fair?** {bundle.fairness['words']}")


def _faults_of_kind(bundle: Bundle, faults: pd.DataFrame) -> None:
    pages = -(-len(faults) // PER_PAGE)
    number = st.number_input("Page", 1, pages, key=f"faults-page-{bundle.name}") if pages > 1 else 1
    ui.faults_table(bundle, faults.iloc[(number - 1) * PER_PAGE : number * PER_PAGE])
    ui.caption(bundle, len(faults), "products or pairs, whole catalogue")


def _set_aside(bundle: Bundle) -> None:
    account = bundle.account
    ui.section("What was set aside, and why")
    st.markdown(f"{account.rows_read:,} rows were read, {account.rows_kept:,} kept.")
    if not account.set_aside:
        ui.empty(
            "Nothing was set aside",
            "Every row of the table had a category and something to classify it by.",
            "check",
        )
        return
    reasons = [
        {"Reason": a.reason, "Rows": a.count, "For example": ", ".join(a.examples)}
        for a in account.set_aside
        if a.count
    ]
    st.dataframe(reasons, hide_index=True)
    if account.broken_images:
        st.caption(
            f"{account.broken_images:,} pictures could not be opened; their products count as without one."
        )


def _cut(shown: int, total: int) -> str:
    return f"{shown} of {total} categories shown." if shown < total else ""


ui.page(
    "Dataset",
    "What the catalogue holds: its categories, its texts and pictures, and where it has gaps.",
    show,
    filtered_by=("categories", "part"),
)
