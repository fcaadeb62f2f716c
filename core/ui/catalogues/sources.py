"""Take the file or the folder that a new catalogue is read from."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.catalogue.upload import UPLOAD_MB
from core.ui.access import require_write
from core.ui.parts import choose, empty, halves
from core.ui.uploads import say_if_dropped
from core.views.catalogues.source import Source, on_server, uploaded

FROM = {"file": "File", "folder": "Folder on this server"}
_SOURCE = "add-source"
_NUMBER = "add-number"


def choose_source(root: Path) -> Source | None:
    """Let the visitor hand over files, or name a folder; None while there is nothing."""
    number = st.session_state.setdefault(_NUMBER, 0)
    chosen = choose("From", list(FROM), FROM, f"add-from-{number}", label_visibility="collapsed")
    source = _files(root, number) if chosen == "file" else _folder(number)
    if source is None:
        st.session_state.pop(_SOURCE, None)
    return source


def take_source() -> None:
    """Forget the files: a job has them now. The fields are empty when the page is drawn again."""
    st.session_state.pop(_SOURCE, None)
    st.session_state[_NUMBER] += 1


def _files(root: Path, number: int) -> Source | None:
    left, right = halves()
    with left:
        table = st.file_uploader(
            "Product table",
            key=f"add-table-{number}",
            max_upload_size=UPLOAD_MB,
            help="A workbook, CSV, JSON, XML or Parquet file, packed or not; or a zip that holds the "
            "table and its images.",
        )
    with right:
        images = st.file_uploader(
            "Images (zip, optional)",
            key=f"add-images-{number}",
            max_upload_size=UPLOAD_MB,
            help="Images are found by the file name in the table, or by the product's id.",
        )
    say_if_dropped(table, images)
    if table is None:
        if images is not None:
            st.caption("Add the table these images belong to.")
        else:
            st.caption(
                "One product per row, with its category and a name, a description or an image. Columns are "
                f"recognised. Up to {UPLOAD_MB} MB a file; for more, choose a folder on this server. Files "
                "are deleted when the catalogue is built."
            )
            _try_out()
        return None
    return _kept(root, table, images)


def _kept(root: Path, table: UploadedFile, images: UploadedFile | None) -> Source:
    """Return what was uploaded; it is written to disk once."""
    files = (table.file_id, "" if images is None else images.file_id)
    known: tuple[tuple[str, str], Source] | None = st.session_state.get(_SOURCE)
    if known is not None and known[0] == files:
        return known[1]
    require_write()
    with st.spinner("Receiving the file …"):
        content = None if images is None else images.getbuffer()
        source = uploaded(root, table.name, table.getbuffer(), content)
    st.session_state[_SOURCE] = (files, source)
    return source


def _try_out() -> None:
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.caption("No file at hand?", width="content")
        st.download_button(
            "Try-out table",
            _demo_table,
            "demo-products.csv",
            mime="text/csv",
            key="add-try-out",
            on_click="ignore",
            type="tertiary",
            icon=":material/download:",
            help="The table of the demo catalogue: 2,000 invented products, without images",
        )


def _demo_table() -> bytes:
    from core.demo.writer import demo_table

    return demo_table()


def _folder(number: int) -> Source | None:
    folder = st.text_input(
        "Folder",
        key=f"add-folder-{number}",
        placeholder="/data/catalogue",
        help="A folder with the product table and its images, or the table itself. It is read where it is; "
        "nothing is copied or changed.",
    )
    if folder.strip():
        return on_server(folder)
    empty("No folder yet", "Enter the path of a folder on the machine that runs this app.", "folder_open")
    return None
