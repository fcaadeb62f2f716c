"""The part of the Predict page that shows what became of a file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import streamlit as st

from core.catalogue.images.decoding import thumbnail
from core.common.errors import ImageError
from core.common.spreadsheet import safe_cell
from core.ui.figures import exhibit
from core.ui.parts import metrics, section
from core.ui.products import percent_column
from core.views.captions import figure_caption
from core.views.charts import bar_chart
from core.views.display_names import product_name
from core.views.formatting import shorten
from core.views.product_cards import data_url

if TYPE_CHECKING:
    from core.bundle.reader import Bundle
    from core.catalogue.upload import Upload
    from core.serving.bulk.results import Results
    from core.serving.bulk.run import Run

PER_PAGE = 50
MOST = 15
"""Categories drawn."""
CELL = 300
"""Characters of a cell that are shown; the file has them all."""


def show_results(bundle: Bundle, run: Run, results: Results) -> None:
    """Show the products of a file, those that need review first."""
    metrics(
        {
            "Products": f"{len(results):,}",
            "Accepted": f"{results.accepted:,}",
            "Need review": f"{results.need_review:,}",
        },
        {
            "Accepted": "Confident enough: validation products were right as often as the bundle promises.",
            "Need review": "A person should review these.",
        },
    )
    if results.remarks:
        st.caption("  \n".join(f":material/info: {remark}" for remark in results.remarks))
    only = st.toggle("Only products that need review", key="file-only", persist_state="session")
    rows = results.for_review(only_need_review=only)
    if rows.empty:
        st.caption("No product needs review.")
        return
    pages = -(-len(rows) // PER_PAGE)
    number = st.pagination(pages, key=f"file-page-{only}") if pages > 1 else 1
    shown = rows.iloc[(number - 1) * PER_PAGE : number * PER_PAGE]
    columns = {
        "Picture": [data_url(_small(run.upload.digest, name, run.upload)) or "" for name in shown["image"]],
        "Name": shown_cells(product_name(row) for _, row in shown.iterrows()),
        "Category": shown["predicted"].tolist(),
        "Verdict": ["Needs review" if flag else "Accepted" for flag in shown["needs_review"]],
        "Confidence": (100 * shown["confidence"]).tolist(),
        "Rests on": shown["rests_on"].tolist(),
        "Id": shown_cells(shown["sku"]),
        "Note": shown["note"].tolist(),
    }
    if not any(columns["Picture"]):
        del columns["Picture"]
    if not any(columns["Note"]):
        del columns["Note"]
    st.dataframe(
        columns,
        hide_index=True,
        row_height=56 if "Picture" in columns else None,
        height="content" if len(shown) < 10 else 560,
        key="file-results",
        column_config={
            "Picture": st.column_config.ImageColumn(width=72),
            "Name": st.column_config.TextColumn(width=190),
            "Confidence": percent_column("Confidence"),
        },
    )
    st.caption(f"{len(rows):,} product{'' if len(rows) == 1 else 's'}, those that need review first")
    _categories(bundle, results)


def _categories(bundle: Bundle, results: Results) -> None:
    """Show how many products of the file went where."""
    counts = results.by_category()
    most, rest = counts[:MOST], len(counts) - MOST
    section("Where they belong", f"The {MOST} largest of {len(counts)} categories." if rest > 0 else "")
    exhibit(
        bar_chart(most["Category"].tolist(), most["Products"].tolist(), unit="products"),
        "file-categories",
        "Products of the file in each category",
        figure_caption(bundle, len(results), "your file"),
        table=counts,
    )


def shown_cells(cells: Iterable[str]) -> list[str]:
    """Return cells as safe as the CSV has them: a table's own menu saves them as they are shown."""
    return [safe_cell(shorten(cell, CELL), keep_numbers=True) for cell in cells]


@st.cache_data(show_spinner=False, max_entries=1000)
def _small(digest: str, name: str, _upload: Upload) -> bytes | None:
    """Return the small picture of a product of an upload; None where it has none that opens."""
    try:
        return thumbnail(_upload.images.read(name)) if name else None
    except ImageError:
        return None  # a bundle without an image model has not looked at it yet
