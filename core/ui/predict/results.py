"""The part of the Predict page that shows the answers for a file, to be checked and corrected."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from core.catalogue.images.decoding import thumbnail
from core.common.errors import ImageError
from core.common.escaping import markdown
from core.ui.figures import exhibit
from core.ui.parts import choose, metrics, products_phrase, section, turn_pages
from core.ui.predict import checks
from core.ui.predict.delivery import offer_file
from core.ui.products import IMAGE, ROW_HEIGHT
from core.ui.review.sending import review_button
from core.ui.tables import PERCENT, edit_cells
from core.views.captions import figure_caption
from core.views.charts import bar_chart
from core.views.display_names import product_name
from core.views.formatting import counted, shorten
from core.views.predict.checking import ACCEPTED, CATEGORY, CORRECTED, OPEN, TICK, VIEWS, Checked
from core.views.product_cards import data_url

if TYPE_CHECKING:
    from core.bundle.reader import Bundle
    from core.catalogue.upload import Upload
    from core.serving.bulk.results import Results
    from core.serving.bulk.run import Run

PER_PAGE = 50
CHARTED = 15
CELL = 300
"""Characters of a cell that are shown; the file has them all."""
HELPS = {
    ACCEPTED: "Answers that need no review, and those that you accepted.",
    CORRECTED: "Products for which you chose another category.",
    OPEN: "Answers that need review and that nobody has accepted or corrected.",
}


@st.fragment
def show_results(bundle: Bundle, run: Run, results: Results) -> None:
    """Show the products of a file to be checked; a fragment, so that an edit draws nothing else again."""
    kept = checks.kept(bundle)
    checked = Checked(results, kept.decisions)
    counts = {status: f"{checked.count(status):,}" for status in (ACCEPTED, CORRECTED, OPEN)}
    metrics({"Products": f"{len(results):,}", **counts}, HELPS)
    offer_file(bundle, run, checked)
    if results.remarks:
        st.caption("  \n".join(f":material/info: {markdown(remark)}" for remark in results.remarks))
    section(
        "Check the answers",
        "Choose another category in the table, or tick Accept. What you decide goes into your file.",
    )
    _accept_many(bundle, checked)
    which, category = _choose_view(bundle)
    listed = _listed(bundle, checked, which, category, kept.edition)
    if not listed:
        st.caption("No such products.")
    else:
        key = f"file-{which}-{category}-{kept.edition}"
        page = turn_pages(len(listed), PER_PAGE, key)
        _products(bundle, run.upload, checked, listed[page], f"{key}-{page.start}")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{products_phrase(len(listed))}, those that need review first", width="stretch")
        st.button(
            "Undo",
            icon=":material/undo:",
            key="file-undo",
            type="tertiary",
            disabled=not kept.before,
            on_click=checks.undo,
            args=(bundle,),
        )
        _review_known(bundle, run, checked)


def _accept_many(bundle: Bundle, checked: Checked) -> None:
    """Offer to accept all answers above a confidence."""
    wanted = 100 * bundle.manifest.acceptance.wanted_precision
    with st.container(horizontal=True, vertical_alignment="bottom"):
        confidence = st.number_input(
            "Accept all answers above (confidence, %)",
            0.0,
            100.0,
            round(wanted, 1),
            0.5,
            format="%.1f",
            key=f"file-accept-from-{bundle.fingerprint}",  # anew where another precision is kept
            width=260,
            persist_state="session",
        )
        unusual = st.checkbox(
            "Also unusual products",
            key="file-accept-unusual",
            help="A confidence says little about products that are unlike this catalogue, or whose text and "
            "image disagree: see the reasons in the table.",
            persist_state="session",
        )
        positions = checked.acceptable(confidence / 100, whatever_reason=unusual)
        st.button(
            f"Accept {counted(len(positions), 'answer')}",
            icon=":material/done_all:",
            key="file-accept",
            disabled=not positions,
            on_click=checks.accept,
            args=(bundle, checked.results, positions),
        )


def _choose_view(bundle: Bundle) -> tuple[str, str | None]:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        which = choose("Show", list(VIEWS), {}, "file-view")
        category = st.selectbox(
            "Category",
            bundle.classes,
            index=None,
            placeholder="All categories",
            key=f"file-category-{bundle.fingerprint}",
            width=300,
            persist_state="session",
        )
    return which, category


def _listed(bundle: Bundle, checked: Checked, which: str, category: str | None, edition: int) -> list[int]:
    """Return the products to be shown; one that is decided on stays until something else is asked for."""
    asked = (bundle.fingerprint, which, category, edition, len(checked.results))
    known, listed = st.session_state.get("file-listed", (None, []))
    if known != asked:
        listed = checked.view(which, category)
        st.session_state["file-listed"] = (asked, listed)
    found: list[int] = listed
    return found


def _products(bundle: Bundle, upload: Upload, checked: Checked, positions: Sequence[int], key: str) -> None:
    import pandas as pd

    rows = checked.results.rows.iloc[list(positions)]
    images = [data_url(_small(upload.digest, name, upload)) or "" for name in rows["image"]]
    notes = rows["note"].tolist()
    table = pd.DataFrame(
        {
            **({"Image": images} if any(images) else {}),
            TICK: checked.accepted[list(positions)],
            CATEGORY: [each or None for each in checked.categories[list(positions)]],
            "Name": shown_cells(product_name(row) for _, row in rows.iterrows()),
            "Confidence": 100 * rows["confidence"].to_numpy(dtype=float),
            "Status": checked.status[list(positions)],
            "Reason": rows["reason"].tolist(),
            "Predicted": rows["predicted"].tolist(),
            "Based on": rows["rests_on"].tolist(),
            "Id": shown_cells(rows["sku"]),
            **({"Note": notes} if any(notes) else {}),
        }
    )
    edit_cells(
        table,
        {CATEGORY: bundle.classes},
        key,
        ticks=[TICK],
        columns={
            "Image": IMAGE,
            "Name": st.column_config.TextColumn(width=190),
            "Confidence": st.column_config.ProgressColumn(format=PERCENT, min_value=0, max_value=100),
        },
        row_height=ROW_HEIGHT if any(images) else None,
        height="content" if len(rows) < 10 else 560,
        on_change=checks.take_edits,
        args=(bundle, checked.results, tuple(positions), key),
    )


def _review_known(bundle: Bundle, run: Run, checked: Checked) -> None:
    """Offer *Review* for open products that are products of the catalogue."""
    import numpy as np

    skus = checked.results.rows["sku"].to_numpy(dtype=object)[np.flatnonzero(checked.status == OPEN)]
    rows = list(dict.fromkeys(bundle.row(sku) for sku in skus if bundle.has(sku)))
    review_button(bundle, rows, f"Open in {run.upload.name}", "file-review")


def show_categories(bundle: Bundle, results: Results) -> None:
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
