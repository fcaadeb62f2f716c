"""Amazon's product metadata, as research uses it: JSON lines with ``asin``, titles, lists of categories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.catalogue.layouts.layout import Layout, filled, find, has_all, present
from core.catalogue.sources.raw import Columns, RawTable


def _recognise(raw: RawTable, sample: Columns) -> bool:
    return bool(find(raw.columns, "asin", "parent_asin")) and has_all(raw.columns, "title")


def _fields(columns: Sequence[str], sample: Columns) -> Mapping[str, str | tuple[str, ...]]:
    listed = [find(columns, name) for name in ("categories", "category", "main_category", "main_cat")]
    category = next((column for column in listed if column and filled(sample[column])), None)
    described = [find(columns, name) for name in ("description", "features", "feature")]
    description = next((column for column in described if column and filled(sample[column])), None)
    return present(
        {
            "sku": find(columns, "asin", "parent_asin"),
            "name": find(columns, "title"),
            "description": description,
            "category": category,
            "price": find(columns, "price"),
            "images": find(columns, "images", "imageURLHighRes", "imageURL", "imUrl", "image"),
            "brand": find(columns, "brand", "store"),
        }
    )


LAYOUT = Layout("amazon", "Amazon product metadata", _recognise, fields=_fields)
