"""The part of the Predict page that shows the answers for a file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import streamlit as st

from core.catalogue.images.decoding import thumbnail
from core.common.errors import ImageError
from core.common.escaping import markdown
from core.ui.figures import exhibit
from core.ui.parts import metrics, products_phrase, section, turn_pages
from core.ui.products import IMAGE, ROW_HEIGHT
from core.ui.tables import show_table
from core.views.captions import figure_caption
from core.views.charts import bar_chart
from core.views.display_names import product_name
from core.views.formatting import shorten
from core.views.predict.history import review_status
from core.views.product_cards import data_url

if TYPE_CHECKING:
    import pandas as pd

    from core.bundle.reader import Bundle
    from core.catalogue.upload import Upload
    from core.serving.bulk.results import Results
    from core.serving.bulk.run import Run

PER_PAGE = 50
CHARTED = 15
CELL = 300
"""Characters of a cell that are shown; the file has them all."""
HELPS = {
    "Accepted": "Answers like these were correct as often as wanted for products held out from training.",
    "Needs review": "A person should check these answers.",
}


def show_results(bundle: Bundle, run: Run, results: Results) -> None:
    """Show the products of a file, those that need review first."""
    metrics(
        {
            "Products": f"{len(results):,}",
            "Accepted": f"{results.accepted:,}",
            "Needs review": f"{results.need_review:,}",
        },
        HELPS,
    )
    if results.remarks:
        st.caption("  \n".join(f":material/info: {markdown(remark)}" for remark in results.remarks))
    only = st.toggle("Only products that need review", key="file-only", persist_state="session")
    rows = results.for_review(only_need_review=only)
    if rows.empty:
        st.caption("No products need review.")
        return
    _products(run.upload, rows.iloc[turn_pages(len(rows), PER_PAGE, f"file-{only}")])
    st.caption(f"{products_phrase(len(rows))}, those that need review first")
    _categories(bundle, results)


def _products(upload: Upload, rows: pd.DataFrame) -> None:
    import pandas as pd

    images = [data_url(_small(upload.digest, name, upload)) or "" for name in rows["image"]]
    notes = rows["note"].tolist()
    table = pd.DataFrame(
        {
            **({"Image": images} if any(images) else {}),
            "Name": shown_cells(product_name(row) for _, row in rows.iterrows()),
            "Category": rows["predicted"].tolist(),
            "Status": [review_status(flag) for flag in rows["needs_review"]],
            **({"Reason": rows["reason"].tolist()} if rows["reason"].any() else {}),
            "Confidence": rows["confidence"].tolist(),
            "Based on": rows["rests_on"].tolist(),
            "Id": shown_cells(rows["sku"]),
            **({"Note": notes} if any(notes) else {}),
        }
    )
    show_table(
        table,
        bars=["Confidence"],
        columns={"Image": IMAGE, "Name": st.column_config.TextColumn(width=190)},
        row_height=ROW_HEIGHT if any(images) else None,
        height="content" if len(rows) < 10 else 560,
        key="file-results",
    )


def _categories(bundle: Bundle, results: Results) -> None:
    """Show how many products of the file went where."""
    counts = results.by_category()
    largest = counts[:CHARTED]
    left_out = len(counts) > CHARTED
    section("Predicted categories", f"The {CHARTED} largest of {len(counts)}." if left_out else "")
    exhibit(
        bar_chart(largest["Category"].tolist(), largest["Products"].tolist(), unit="products"),
        "file-categories",
        "Products of the file by predicted category",
        figure_caption(bundle, len(results), "products of your file"),
        table=counts,
    )


def shown_cells(cells: Iterable[str]) -> list[str]:
    """Return the beginnings of long cells."""
    return [shorten(cell, CELL) for cell in cells]


@st.cache_data(show_spinner=False, max_entries=1000)
def _small(digest: str, name: str, _upload: Upload) -> bytes | None:
    """Return the small image of a product of an upload; None where it has none that opens."""
    try:
        return thumbnail(_upload.images.read(name)) if name else None
    except ImageError:
        return None  # a bundle without image models has not looked at it yet
