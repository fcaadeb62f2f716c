"""The part of the Predict page that hands a classified file back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.serving.bulk.delivery import Delivery
from core.ui.parts import choose, errors
from core.views.catalogues.words import page_words
from core.views.formatting import counted
from core.views.predict.checking import OPEN

if TYPE_CHECKING:
    from core.bundle.reader import Bundle
    from core.catalogue.recognition import Recognition
    from core.catalogue.upload import Upload
    from core.serving.bulk.run import Run
    from core.views.predict.checking import Checked

FILLED, ADDED = "filled", "added"
CONTENTS = {FILLED: "Categories filled in", ADDED: "Answers added as columns"}
SAID = {
    FILLED: "Accepted and corrected categories go into this column; open products keep what they had.",
    ADDED: "Your columns stay as they are. Beside them: what is predicted, its confidence, whether it needs "
    "review and why, and the category that is accepted or corrected.",
}
NEW = "(a new column)"


def offer_file(bundle: Bundle, run: Run, checked: Checked) -> None:
    """Offer the owner's own file, in its own format, with what was decided in it."""
    with st.container(border=True), errors():
        with st.container(horizontal=True, vertical_alignment="bottom"):
            content = choose("Your file", list(CONTENTS), CONTENTS, "file-content")
            category = _category_column(bundle, run) if content == FILLED else None
            recognition = _recognised(bundle, run.upload, category)
            delivery = Delivery(recognition, run.upload.name, checked.results.rows, checked.delivered())
            st.download_button(
                "Download my table",
                delivery.with_categories if content == FILLED else delivery.with_answers,
                delivery.file_name,
                type="primary",
                icon=":material/download:",
                key=f"file-download-{content}",
                on_click="ignore",
            )
        still = checked.count(OPEN)
        left = f" {counted(still, 'product is', 'products are')} open." if still and content == FILLED else ""
        st.caption(SAID[content] + left)
        doubts = [line for line in recognition.warnings if line.startswith("category")]
        if content == FILLED and category is None:
            for line in doubts:
                st.caption(f":material/help: {page_words(line)}")


def _category_column(bundle: Bundle, run: Run) -> str | None:
    """Let the owner choose the column of the category: None as it is recognised, "" for a new one."""
    recognition = _recognised(bundle, run.upload, None)
    recognised = recognition.matching.columns_of("category")
    others = [name for name in recognition.shape.columns if (name,) != recognised]
    # Columns can have any name, so that positions are the options: 0 as recognised, 1 none, then the columns.
    words = [", ".join(recognised) or NEW, NEW, *others]
    place = st.selectbox(
        "Category column",
        [place for place in range(len(words)) if place != 1 or recognised],
        format_func=lambda each: words[each],
        key=f"file-category-column-{run.upload.digest}",
        width=260,
        persist_state="session",
    )
    return None if place == 0 else "" if place == 1 else words[place]


def _recognised(bundle: Bundle, upload: Upload, category: str | None) -> Recognition:
    return _recognise(upload.folder.name, bundle.fingerprint, category, upload, bundle)


@st.cache_resource(show_spinner=False, max_entries=8)
def _recognise(
    folder: str, fingerprint: str, category: str | None, _upload: Upload, _bundle: Bundle
) -> Recognition:
    """Recognise a file once; its folder tells an upload from another of the same file."""
    return _upload.recognised(category, _bundle.manifest.read_as)
