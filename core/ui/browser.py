"""What the pages bring to the browser: a few styles, and a history that Back follows."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st

FOLDER = Path(__file__).resolve().parents[2] / "assets" / "page"


def bring_along() -> None:
    """Hand the browser the styles and the script; it takes no room on the page."""
    st.html(_content(), unsafe_allow_javascript=True)


@cache
def _content() -> str:
    style, script = ((FOLDER / name).read_text(encoding="utf-8") for name in ("page.css", "history.js"))
    return f'<i id="lens-page" hidden></i><style>{style}</style><script>{script}</script>'
