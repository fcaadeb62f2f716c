"""The part of the Predict page that classifies a whole file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.catalogue.upload import (
    FIELDS,
    UPLOAD_MB,
    Upload,
    check_columns,
    guess_columns,
    read_chunk,
    receive,
)
from core.common.errors import CatalogueError, CoreError
from core.common.escaping import markdown
from core.serving.bulk.run import Run
from core.ui import loaders
from core.ui.parts import caption, empty, errors, halves, products_phrase, section
from core.ui.predict.checks import forget
from core.ui.predict.results import show_categories, show_results, shown_cells
from core.ui.tables import show_cells
from core.ui.uploads import say_if_dropped
from core.views.catalogues.words import page_words
from core.views.formatting import capitalised

if TYPE_CHECKING:
    from core.bundle.reader import Bundle

NONE = "(none)"
COLUMNS = {
    "name": "Name column",
    "description": "Description column",
    "image": "Image column",
    "sku": "Id column",
}
PREVIEW = 5
_OTHER_ENCODING = "; --encoding names another"  # which this page does not ask for


def classify_file(bundle: Bundle) -> None:
    """Take a table and its images, classify them piece by piece, show and hand out the answers.

    Call it last in a page: while there is more to do, it ends the script and begins it again.
    """
    run = _run(bundle)
    busy = run is not None and run.active
    with st.container(), errors():
        upload = _uploaded(busy=busy)
        if upload is not None:
            columns = _choose_columns(bundle, upload, busy=busy)
            _say_doubts(upload)
            _preview(upload, columns)
            _offer_start(bundle, upload, columns, busy=busy)
        elif run is None:
            empty(
                "No file yet",
                "Add a table with one product per row, and a zip of its images if you have one. You get the "
                "table back with a category for each product.",
                "table",
            )
    # A script that ends early takes nothing away: what must go while it is busy becomes an empty place.
    bar, outcome = (st.container(), st.empty()) if busy else (st.empty(), st.container())
    if run is None:
        return
    with bar if busy else outcome:
        if busy:
            _advance(bundle, run)
        else:
            _outcome(bundle, run)


def _run(bundle: Bundle) -> Run | None:
    run: Run | None = st.session_state.get(f"file-run-{bundle.fingerprint}")
    return run


def _keep(bundle: Bundle, run: Run | None) -> None:
    st.session_state[f"file-run-{bundle.fingerprint}"] = run


def _begin(bundle: Bundle, run: Run | None) -> None:
    forget(bundle)
    _keep(bundle, run)


def _uploaded(*, busy: bool) -> Upload | None:
    """Take the files; what was received is kept until others come."""
    left, right = halves()
    with left:
        table = st.file_uploader(
            "Product table",
            key="file-table",
            max_upload_size=UPLOAD_MB,
            disabled=busy,
            help="A workbook, CSV, JSON, XML or Parquet file, packed or not, with a header and one row per "
            "product, or a shop's export. Format, encoding and columns are recognised.",
        )
    with right:
        archive = st.file_uploader(
            "Images (zip, optional)",
            key="file-images",
            max_upload_size=UPLOAD_MB,
            disabled=busy,
            help="Images are matched by the file name in the table, or by the product's id.",
        )
    say_if_dropped(table, archive)
    if table is None:
        st.session_state.pop("file-upload", None)
        if archive is not None:
            st.caption("Add the table these images belong to.")
        return None
    return _received(table, archive)


def _received(table: UploadedFile, archive: UploadedFile | None) -> Upload:
    files = (table.file_id, archive.file_id if archive is not None else "")
    known, upload = st.session_state.get("file-upload", (None, None))
    if known != files or upload is None:
        with st.spinner("Reading the table …"):
            upload = receive(table.name, table.getbuffer(), None if archive is None else archive.getbuffer())
        st.session_state["file-upload"] = (files, upload)
    received: Upload = upload
    return received


def _choose_columns(bundle: Bundle, upload: Upload, *, busy: bool) -> dict[str, str]:
    """Let the user choose what each column is: field -> column."""
    width = len(upload.table.columns)
    wide = f"{width} column{'' if width == 1 else 's'}"
    files = f", {len(upload.images):,} files in the zip" if upload.images.sources else ""
    caption(
        f"{upload.name}: {products_phrase(len(upload.table))}, {wide}{files}. Check what each column holds:"
    )
    guessed, options = guess_columns(upload, bundle.manifest.read_as), [NONE, *upload.table.columns]
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
    return columns


def _say_doubts(upload: Upload) -> None:
    """Say what was guessed of the table, and what became of its rows; the category matters only later."""
    doubts = [line for line in upload.doubts if not line.startswith("category")]
    for line in (*upload.notes, *doubts):
        st.caption(f":material/help: {page_words(line.removesuffix(_OTHER_ENCODING))}")


def _preview(upload: Upload, columns: dict[str, str]) -> None:
    with st.expander("Preview"):
        first = read_chunk(upload, columns, 0, PREVIEW).table
        show_cells(
            {
                "Id": shown_cells(first["sku"]),
                "Name": shown_cells(first["name"]),
                "Description": shown_cells(first["description"]),
                "Image": shown_cells(first["image"].where(first["has_image"], "")),
            },
        )


def _offer_start(bundle: Bundle, upload: Upload, columns: dict[str, str], *, busy: bool) -> None:
    try:
        check_columns(upload, columns, bundle.modalities)
    except CatalogueError as missing:  # not a mistake: nothing has been chosen yet
        st.info(markdown(_sentence(str(missing))), icon=":material/view_column:")
        return
    st.button(
        f"Classify {products_phrase(len(upload.table))}",
        type="primary",
        icon=":material/category:",
        key="file-start",
        disabled=busy,
        on_click=_begin,
        args=(bundle, Run(upload, columns)),
    )


def _sentence(line: str) -> str:
    return f"{capitalised(line)}."


def _advance(bundle: Bundle, run: Run) -> None:
    """Classify some more products, then draw the page again: a click on Cancel comes in between."""
    st.progress(
        run.done / run.total,
        f"Classifying {markdown(run.upload.name)}: {run.done:,} of {run.total:,} products",
    )
    st.button("Cancel", icon=":material/cancel:", key="file-cancel", on_click=_cancel, args=(bundle,))
    try:
        further = run.advanced(loaders.predictor(bundle))
    except CoreError as error:
        further = run.stop(f"Stopped: {error}")
    _keep(bundle, further)
    st.rerun()


def _cancel(bundle: Bundle) -> None:
    run = _run(bundle)
    if run is not None:
        _keep(bundle, run.stop("Cancelled."))


def _outcome(bundle: Bundle, run: Run) -> None:
    """Show what there is: all products, or those done before it was stopped."""
    section(f"Results for {run.upload.name}")
    if run.stopped:
        st.warning(
            f"{markdown(run.stopped)}  \n{run.done:,} of {run.total:,} products are classified.",
            icon=":material/pause_circle:",
        )
    results = run.results() if run.parts else None
    with st.container(horizontal=True):
        if run.stopped:
            st.button(
                "Resume",
                icon=":material/play_arrow:",
                key="file-on",
                on_click=_keep,
                args=(bundle, run.go_on()),
            )
        st.button(
            "Remove results",
            icon=":material/delete:",
            type="tertiary",
            key="file-remove",
            on_click=_begin,
            args=(bundle, None),
        )
    if results is not None:
        show_results(bundle, run, results)
        show_categories(bundle, results)
