"""Correct how a table is read: which column is what, encoding, sheet, smallest category."""

from __future__ import annotations

import streamlit as st

from core.views.catalogues.choices import LEVELS, Choices
from core.views.catalogues.read_tables import FIELD_NAMES
from core.views.catalogues.reading import Beginning
from core.views.catalogues.source import Source

FIRST = ("name", "description", "images", "sku")
FURTHER = ("price", "brand", "colour", "parent", "currency", "url")
ENCODINGS = {
    "": "Recognised",
    "utf-8": "UTF-8",
    "windows-1252": "Windows, Western (1252)",
    "windows-1250": "Windows, Central European (1250)",
    "windows-1251": "Windows, Cyrillic (1251)",
    "windows-1253": "Windows, Greek (1253)",
    "windows-1254": "Windows, Turkish (1254)",
    "iso-8859-1": "ISO Latin 1",
    "iso-8859-2": "ISO Latin 2",
    "mac-roman": "Macintosh",
    "cp850": "DOS (850)",
    "utf-16": "UTF-16",
    "shift_jis": "Japanese (Shift JIS)",
    "gb18030": "Chinese (GB 18030)",
    "big5": "Chinese (Big5)",
    "euc-kr": "Korean (EUC)",
}
_NONE = "(none)"


def chosen_so_far(source: Source) -> Choices:
    """Return which encoding and sheet are chosen; their controls are drawn later, with the columns."""
    return Choices(
        encoding=st.session_state.get(f"add-encoding-{source.id}", ""),
        sheet=st.session_state.get(f"add-sheet-{source.id}", "").strip(),
    )


def correct(source: Source, beginning: Beginning) -> Choices:
    """Let the owner correct the matching; return all choices."""
    columns: dict[str, str] = {}
    with st.grid(3, min_column_width=220):
        category = _column(source, beginning, "category", FIELD_NAMES["category"])
        level = _level(source, beginning, category)
        for field in FIRST:
            _choose_column(source, beginning, field, columns)
    with st.expander("More fields and options", icon=":material/tune:"):
        with st.grid(3, min_column_width=220):
            for field in FURTHER:
                _choose_column(source, beginning, field, columns)
        with st.grid(3, min_column_width=220):
            encoding = st.selectbox(
                "Encoding",
                list(ENCODINGS),
                format_func=lambda name: ENCODINGS[name],
                key=f"add-encoding-{source.id}",
                help="Of a text file. Choose another one where letters look wrong.",
            )
            sheet = st.text_input(
                "Sheet",
                key=f"add-sheet-{source.id}",
                placeholder="Recognised",
                help="Of a workbook; the table of a database, or the list of a JSON file.",
            )
            minimum = st.number_input(
                "Smallest category",
                2,
                1000,
                None,
                key=f"add-minimum-{source.id}",
                placeholder="Recognised",
                help="Categories with fewer products are left out: models cannot learn from a few.",
            )
        keep = st.checkbox(
            "Keep placeholder categories",
            key=f"add-keep-{source.id}",
            help='Take "Uncategorized" and the like as categories, too.',
        )
    wanted = category if category is not None else ""
    if level is not None and not wanted:
        wanted = next(iter(beginning.columns_of("category")), "")
    return Choices(
        columns=columns,
        category=wanted,
        level=level,
        encoding=encoding,
        sheet=sheet.strip(),
        minimum=None if minimum is None else int(minimum),
        keep_placeholders=keep,
    )


def _choose_column(source: Source, beginning: Beginning, field: str, columns: dict[str, str]) -> None:
    chosen = _column(source, beginning, field, FIELD_NAMES[field])
    if chosen is not None:
        columns[field] = chosen


def _column(source: Source, beginning: Beginning, field: str, label: str) -> str | None:
    """Let the owner choose a field's column: None as recognised, "" for none."""
    recognised = beginning.columns_of(field)
    # Columns can have any name, so that positions are the options: 0 as recognised, 1 none, then the columns.
    others = [name for name in beginning.columns if (name,) != recognised]
    words = [", ".join(recognised) or _NONE, _NONE, *others]
    options = [place for place in range(len(words)) if place != 1 or (recognised and field != "category")]
    place = st.selectbox(
        label, options, format_func=lambda each: words[each], key=f"add-column-{field}-{source.id}"
    )
    return None if place == 0 else "" if place == 1 else words[place]


def _level(source: Source, beginning: Beginning, category: str | None) -> int | None:
    several = category is None and len(beginning.columns_of("category")) != 1
    return st.selectbox(
        "Category level",
        list(LEVELS),
        format_func=lambda level: LEVELS[level],
        key=f"add-level-{source.id}",
        disabled=several,
        help='Of category paths such as "Home > Kitchen > Mugs". The whole path is the category unless you '
        "choose a level.",
    )
