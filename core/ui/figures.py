"""Figures with what they rest on under them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from core.common.spreadsheet import file_name
from core.ui.downloads import download_figure, download_table
from core.ui.parts import foot

if TYPE_CHECKING:
    import pandas as pd
    from plotly.graph_objects import Figure


def exhibit(
    figure: Figure,
    key: str,
    title: str,
    note: str,
    *,
    table: pd.DataFrame | None = None,
    on_pick: Callable[[], None] | None = None,
) -> None:
    """Draw a figure, what it rests on, and small buttons that save it and its table as files.

    Parameters
    ----------
    figure
        Drawn over the whole width.
    key
        The figure's, and the name of its files.
    title, note
        What it shows, for screen readers and its file; what it rests on.
    table
        Its numbers.
    on_pick
        Called when a point of it is picked; the selection is in the session's state under `key`.
    """
    image = {"format": "png", "scale": 2, "filename": file_name(key, ending="png").removesuffix(".png")}
    config = {
        "displaylogo": False,
        "modeBarButtonsToRemove": ["autoScale2d"],
        "toImageButtonOptions": image,
    }
    st.plotly_chart(
        figure,
        width="stretch",
        key=key,
        config=config,
        alt=title,
        on_select=on_pick or "ignore",
        selection_mode="points",
    )
    with foot(note):
        download_figure(figure, key, title, note)
        if table is not None:
            download_table(table, key)
