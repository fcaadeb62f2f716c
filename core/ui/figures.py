"""Figures with what they rest on under them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from core.ui.downloads import download_figure, download_table

if TYPE_CHECKING:
    import pandas as pd


def plot(figure: Any, key: str, alt: str, **more: Any) -> Any:
    """Draw a plotly figure over the whole width, with no button that is not needed."""
    config = {"displaylogo": False, "modeBarButtonsToRemove": ["autoScale2d", "toImage"]}
    return st.plotly_chart(figure, width="stretch", key=key, config=config, alt=alt, **more)


def exhibit(
    figure: Any, key: str, alt: str, note: str, *, table: pd.DataFrame | None = None, **more: Any
) -> Any:
    """Draw a figure, what it rests on, and small buttons that save it (and its table) as a file."""
    event = plot(figure, key, alt, **more)
    with st.container(horizontal=True, gap="small", vertical_alignment="top"):
        st.caption(note, width="stretch")
        download_figure(figure, key, alt, note)
        if table is not None:
            download_table(table, key)
    return event
