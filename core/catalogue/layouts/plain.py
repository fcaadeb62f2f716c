"""Plain tables, whose columns are recognised by their names and cells; they are called by their file."""

from __future__ import annotations

from core.catalogue.layouts.layout import Layout
from core.catalogue.sources.raw import Columns, RawTable

_KINDS = {"delimited": "csv", "sheet": "xlsx"}
NAMES = ("csv", "xlsx", "json", "parquet", "xml", "list", "sqlite")
"""Formats of plain tables; each names the kind of file, and reads any."""


def plain_format(raw: RawTable) -> str:
    """Return the format of a plain table."""
    return _KINDS.get(raw.kind, raw.kind)


def _any(raw: RawTable, sample: Columns) -> bool:
    return True


LAYOUT = Layout("plain", "a plain table", _any)
