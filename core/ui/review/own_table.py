"""The owner's own table with the corrected categories, to be downloaded."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from core.catalogue.images.names import is_plain
from core.catalogue.read_options import ReadOptions
from core.catalogue.recognition import recognise
from core.catalogue.upload import MOST_WORKBOOK, reading
from core.common.files import temporary_folder
from core.ui import loaders
from core.ui.parts import errors, lead
from core.ui.uploads import say_if_dropped
from core.views.review.corrected_table import OwnerTable

if TYPE_CHECKING:
    from core.bundle.reader import Bundle

MOST_MB = 100


def own_table(bundle: Bundle, decided: Mapping[str, str], place: str) -> None:
    """Offer the table that the catalogue was built from with the categories `decided` for (by sku) in it.

    `place` tells apart where on the page it is offered.
    """
    lead("Your table", "The file that this catalogue was built from, with the corrected categories in it.")
    with errors():
        table = loaders.owner_table(bundle)
        if table is not None:
            _offer(table, decided, place)
            return
        given = st.file_uploader(
            "Add your table: this catalogue keeps no copy of it",
            key=f"review-own-table-{place}",
            max_upload_size=MOST_MB,
            help="Products are found by their id. The file is not kept.",
        )
        say_if_dropped(given)
        if given is None:
            return
        with reading(), temporary_folder() as folder:
            file = Path(folder, given.name if is_plain(given.name) else "table")
            file.write_bytes(given.getbuffer())
            options = ReadOptions(as_bundle=bundle.manifest.read_as, most_workbook=MOST_WORKBOOK)
            recognition = recognise(file, options)
            _offer(OwnerTable.of(recognition, given.name), decided, place, at_once=True)


def _offer(table: OwnerTable, decided: Mapping[str, str], place: str, *, at_once: bool = False) -> None:
    found = table.found(decided)

    def content() -> bytes:
        return table.corrected(decided)

    st.download_button(
        "Download my table with corrected categories",
        content() if at_once else content,  # an uploaded file is gone when the button is pressed
        table.corrected_name,
        key=f"review-download-{place}",
        type="primary",
        icon=":material/download:",
        on_click="ignore",
    )
    st.caption(f"This table has {found:,} of the {len(decided):,} products you decided on.")
