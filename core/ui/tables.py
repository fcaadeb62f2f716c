"""Tables on screen: shares as percentages, files keep the fractions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from core.common.spreadsheet import safe_cell
from core.views.glossary import meaning

if TYPE_CHECKING:
    import pandas as pd

PERCENT = "%.1f%%"
COUNT = st.column_config.NumberColumn(format="localized")
ABSENT = "–"


def show_table(
    table: pd.DataFrame,
    *,
    shares: Collection[str] = (),
    bars: Collection[str] = (),
    columns: Mapping[str, Any] | None = None,
    **options: Any,
) -> None:
    """Show a table without its index; a dash stands where a value is missing, and terms are explained.

    Parameters
    ----------
    table
        Left as it is.
    shares, bars
        Its columns of shares, 0 to 1: shown as percentages, those in `bars` as bars, too.
    columns
        How Streamlit is to show the others.
    options
        What else ``st.dataframe`` takes.
    """
    scaled = [name for name in table.columns if name in {*shares, *bars}]
    looks: dict[str, Any] = {
        name: st.column_config.Column(help=text) for name in table.columns if (text := meaning(name))
    }
    looks |= {
        name: st.column_config.ProgressColumn(format=PERCENT, min_value=0, max_value=100, help=meaning(name))
        if name in bars
        else st.column_config.NumberColumn(format=PERCENT, help=meaning(name))
        for name in scaled
    }
    shown = table.assign(**{name: 100 * table[name] for name in scaled})
    columns = looks | dict(columns or {})
    show_cells(shown, column_config=columns, placeholder=ABSENT, **options)


def show_cells(table: pd.DataFrame | Mapping[str, Any], **options: Any) -> Any:
    """Show a table, or columns, without its index; return what ``st.dataframe`` returns.

    The table's own menu saves cells as they are shown. So a text that a spreadsheet would run gets an
    apostrophe here, too.
    """
    import pandas as pd
    from pandas.api.types import is_bool_dtype, is_numeric_dtype

    shown = pd.DataFrame(dict(table)) if isinstance(table, Mapping) else table.copy(deep=False)
    for name in shown.columns:
        if not is_numeric_dtype(shown[name]) and not is_bool_dtype(shown[name]):
            shown[name] = shown[name].map(partial(safe_cell, keep_numbers=True))
    return st.dataframe(shown, hide_index=True, **options)
