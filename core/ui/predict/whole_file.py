"""The part of the Predict page that classifies a whole file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.catalogue.upload import (
    FIELDS,
    TABLE_MB,
    ZIP_MB,
    Upload,
    check_columns,
    guess_columns,
    read_chunk,
    receive,
)
from core.common.errors import CoreError
from core.common.spreadsheet import file_name
from core.serving.bulk.run import Run
from core.ui import loaders
from core.ui.parts import empty, errors, halves, section
from core.ui.predict.results import show_results, shown_cells

if TYPE_CHECKING:
    from core.bundle.reader import Bundle

TABLES = ("csv", "tsv", "txt")
NONE = "(none)"
COLUMNS = {
    "name": "Name column",
    "description": "Description column",
    "image": "Picture column",
    "sku": "Id column",
}
PREVIEW = 5


def classify_file(bundle: Bundle) -> None:
    """Take a table and its pictures, classify them piece by piece, show and hand out what came of it.

    Call it last in a page: while there is more to do, it ends the script and begins it anew.
    """
    run = _run(bundle)
    busy = run is not None and run.active
    with st.container(), errors():
        upload = _uploaded(busy)
        if upload is not None:
            _choose_columns(bundle, upload, busy)
        elif run is None:
            empty(
                "No file yet",
                "Add a table of products, a row each, and the zip of their pictures if there is one. You get "
                "the same table with the categories, and see the doubtful products first.",
                "table",
            )
    # A script that ends early takes nothing away: what must go while it is busy becomes an empty place.
    bar, outcome = (st.container(), st.empty()) if busy else (st.empty(), st.container())
    if busy:
        with bar:
            _advance(bundle, run)
    elif run is not None:
        with outcome:
            _outcome(bundle, run)


def _run(bundle: Bundle) -> Run | None:
    return st.session_state.get(f"file-run-{bundle.fingerprint}")


def _keep(bundle: Bundle, run: Run | None) -> None:
    st.session_state[f"file-run-{bundle.fingerprint}"] = run


def _uploaded(busy: bool) -> Upload | None:
    """Ask for the files; what was received is kept until others come."""
    left, right = halves()
    with left:
        table = st.file_uploader(
            "Table (CSV)",
            type=TABLES,
            key="file-table",
            max_upload_size=TABLE_MB,
            disabled=busy,
            help="A header and a row per product; commas, semicolons, tabs or bars between cells.",
        )
    with right:
        archive = st.file_uploader(
            "Pictures (zip), if there are any",
            type="zip",
            key="file-pictures",
            max_upload_size=ZIP_MB,
            disabled=busy,
            help="A product's picture is the one the table names, or the one called by its id.",
        )
    if table is None:
        st.session_state.pop("file-upload", None)
        if archive is not None:
            st.caption("Now add the table the pictures belong to.")
        return None
    given = (table.file_id, archive.file_id if archive is not None else "")
    known, upload = st.session_state.get("file-upload", (None, None))
    if known != given:
        with st.spinner("Reading the table …"):
            upload = receive(table.name, table.getbuffer(), None if archive is None else archive.getbuffer())
        st.session_state["file-upload"] = (given, upload)
    return upload


def _choose_columns(bundle: Bundle, upload: Upload, busy: bool) -> None:
    """Let the user say what each column is, show what comes of it, and start."""
    products = f"{len(upload.table):,} product{'' if len(upload.table) == 1 else 's'}"
    pictures = f", {len(upload.images):,} files in the zip" if upload.images.source else ""
    width = len(upload.table.columns)
    wide = f"{width} column{'' if width == 1 else 's'}"
    st.caption(f"{upload.name}: {products}, {wide}{pictures}. What is what:")
    guessed, options = guess_columns(upload), [NONE, *upload.table.columns]
    columns = {}
    with st.grid(len(FIELDS), min_column_width=150):
        for field in FIELDS:
            chosen = st.selectbox(
                COLUMNS[field],
                range(len(options)),
                index=options.index(guessed[field], 1) if field in guessed else 0,
                format_func=lambda i: options[i],
                key=f"file-{field}-{upload.digest}",
                disabled=busy,
            )
            if chosen:
                columns[field] = options[chosen]
    check_columns(upload, columns, bundle.modalities)
    with st.expander(f"The first {min(PREVIEW, len(upload.table))} as they will be read"):
        first = read_chunk(upload, columns, 0, PREVIEW).table
        st.dataframe(
            {
                "Id": shown_cells(first["sku"]),
                "Name": shown_cells(first["name"]),
                "Description": shown_cells(first["description"]),
                "Picture": shown_cells(first["image"].where(first["has_image"], "")),
            },
            hide_index=True,
        )
    st.button(
        f"Classify {products}",
        type="primary",
        icon=":material/category:",
        key="file-start",
        disabled=busy,
        on_click=_keep,
        args=(bundle, Run(upload, columns)),
    )


def _advance(bundle: Bundle, run: Run) -> None:
    """Classify some more products, then draw the page again: a click on Cancel comes in between."""
    st.progress(
        run.done / run.total, f"Classifying {run.upload.name}: {run.done:,} of {run.total:,} products"
    )
    st.button("Cancel", icon=":material/cancel:", key="file-cancel", on_click=_cancel, args=(bundle,))
    try:
        further = run.advanced(loaders.predictor(bundle))
    except CoreError as error:
        further = run.stop(f"Stopped: {error}")
    _keep(bundle, further)
    st.rerun()


def _cancel(bundle: Bundle) -> None:
    _keep(bundle, _run(bundle).stop("Cancelled."))


def _outcome(bundle: Bundle, run: Run) -> None:
    """Show what there is: all products, or those done before it was stopped."""
    section(f"Result for {run.upload.name}")
    if run.stopped:
        st.warning(
            f"{run.stopped}  \n{run.done:,} of {run.total:,} products are classified.",
            icon=":material/pause_circle:",
        )
    with st.container(horizontal=True):
        if run.stopped:
            st.button(
                "Go on",
                icon=":material/play_arrow:",
                key="file-on",
                on_click=_keep,
                args=(bundle, run.go_on()),
            )
        if run.parts:
            results = run.results()
            st.download_button(
                "Download CSV",
                results.csv,
                file_name(run.upload.name.rpartition(".")[0], "classified", ending="csv"),
                mime="text/csv",
                type="primary",
                icon=":material/download:",
                key="file-download",
                on_click="ignore",
                help="Your own columns and the predictions, in your order. A cell that a spreadsheet would "
                "take for a formula gets an apostrophe before it.",
            )
        st.button(
            "Remove result",
            icon=":material/delete:",
            type="tertiary",
            key="file-remove",
            on_click=_keep,
            args=(bundle, None),
        )
    if run.parts:
        show_results(bundle, run, results)
