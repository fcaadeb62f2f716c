"""Buttons that save a figure or a table as a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from core.common.spreadsheet import file_name, table_csv
from core.views.figure_page import figure_html

if TYPE_CHECKING:
    import pandas as pd
    from plotly.graph_objects import Figure


def download_figure(figure: Figure | Callable[[], Figure], key: str, title: str, note: str = "") -> None:
    """Offer a figure as a page that opens without a network; it is written only when asked for.

    A function in place of the figure is called only then, too: for a figure that takes its time.
    """
    colours = {
        kind: st.get_option(f"theme.light.chart{kind.capitalize()}Colors")
        for kind in ("categorical", "sequential", "diverging")
    }

    def page() -> bytes:
        return figure_html(figure() if callable(figure) else figure, title, note, **colours)

    _download("Figure", page, file_name(key, ending="html"), key)


def download_table(table: pd.DataFrame | Callable[[], pd.DataFrame], key: str) -> None:
    """Offer a table, or what a function makes when asked, as CSV that no spreadsheet takes for formulas."""

    def cells() -> bytes:
        return table_csv(table() if callable(table) else table)

    _download("Table", cells, file_name(key, ending="csv"), key)


def download_ids(ids: Sequence[str], key: str) -> None:
    """Offer the ids of some products, one a line, as CSV that no spreadsheet takes for formulas."""

    def lines() -> bytes:
        import pandas as pd

        return table_csv(pd.DataFrame({"Id": list(ids)}))

    _download("Download ids", lines, file_name(f"{key}-ids", ending="csv"), key)


def _download(label: str, data: Callable[[], bytes], name: str, key: str) -> None:
    ending = name.rpartition(".")[2]
    st.download_button(
        label,
        data,
        name,
        mime=f"text/{ending}",
        key=f"{key}-{label}",
        on_click="ignore",
        type="tertiary",
        icon=":material/download:",
        help=f"Download as {ending.upper()}",
    )
