"""Google Merchant feeds, as text or XML (``g:`` names), and those of others in the same form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.catalogue.layouts.layout import Layout, filled, find, has_all, present
from core.catalogue.sources.raw import Columns, RawTable


def _recognise(raw: RawTable, sample: Columns) -> bool:
    return has_all(raw.columns, "id", "title") and bool(
        find(raw.columns, "image link", "google product category")
    )


def _fields(columns: Sequence[str], sample: Columns) -> Mapping[str, str | tuple[str, ...]]:
    own = find(columns, "product type")
    google = find(columns, "google product category")
    category = own if own is not None and filled(sample[own]) else google
    images = tuple(
        column
        for column in (find(columns, "image link"), find(columns, "additional image link"))
        if column is not None
    )
    found = present(
        {
            "sku": find(columns, "id"),
            "name": find(columns, "title"),
            "description": find(columns, "description"),
            "category": category,
            "price": find(columns, "price"),
            "parent": find(columns, "item group id"),
            "brand": find(columns, "brand"),
            "colour": find(columns, "color", "colour"),
            "url": find(columns, "link"),
        }
    )
    return found | ({"images": images} if images else {})


LAYOUT = Layout("merchant", "a Google Merchant feed", _recognise, fields=_fields, separator=">")
