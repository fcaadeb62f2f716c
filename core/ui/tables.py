"""Tables on screen: shares as percentages, files keep the fractions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from core.common.spreadsheet import own_text, safe_cell
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
    return st.dataframe(_safe(table), hide_index=True, **options)


def edit_cells(
    table: pd.DataFrame,
    choices: Mapping[str, Sequence[str]],
    key: str,
    *,
    ticks: Collection[str] = (),
    columns: Mapping[str, Any] | None = None,
    on_change: Callable[..., None] | None = None,
    args: tuple[Any, ...] = (),
    **options: Any,
) -> None:
    """Show a table in which some columns can be edited; `cell_edits` tells what was.

    The table itself may change while it is edited as long as its rows stay the same: what was edited stands
    in its cells. Other rows need another key.

    Parameters
    ----------
    table
        Left as it is; texts that a spreadsheet would run get an apostrophe, as in `show_cells`.
    choices
        Its columns in which one of several texts is chosen, and these.
    key
        The widget's.
    ticks
        Its columns of bool that can be changed.
    columns
        How Streamlit is to show the others.
    on_change, args
        Called when something was edited.
    options
        What else ``st.data_editor`` takes.
    """
    safe = partial(safe_cell, keep_numbers=True)
    looks: dict[str, Any] = {
        name: st.column_config.SelectboxColumn(options=list(map(safe, texts)), required=True, width=180)
        for name, texts in choices.items()
    }
    looks |= {name: st.column_config.CheckboxColumn(width=76) for name in ticks}
    st.data_editor(
        _safe(table),
        hide_index=True,
        key=key,
        num_rows="fixed",
        disabled=[name for name in table.columns if name not in {*choices, *ticks}],
        column_config=looks | dict(columns or {}),
        on_change=on_change,
        args=args,
        **options,
    )


def cell_edits(key: str) -> dict[int, dict[str, Any]]:
    """Return what was edited in the table of this key: row, from 0 -> column -> its cell now."""
    edited = st.session_state.get(key, {}).get("edited_rows", {})
    return {
        int(row): {name: own_text(cell) if isinstance(cell, str) else cell for name, cell in cells.items()}
        for row, cells in edited.items()
    }


def _safe(table: pd.DataFrame | Mapping[str, Any]) -> pd.DataFrame:
    """Return a table whose texts no spreadsheet runs."""
    import pandas as pd
    from pandas.api.types import is_bool_dtype, is_numeric_dtype

    shown = pd.DataFrame(dict(table)) if isinstance(table, Mapping) else table.copy(deep=False)
    for name in shown.columns:
        if not is_numeric_dtype(shown[name]) and not is_bool_dtype(shown[name]):
            shown[name] = shown[name].map(partial(safe_cell, keep_numbers=True))
    return shown
