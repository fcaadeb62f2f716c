"""A folder of images per category, without a table: an image's path is its product's sku."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.catalogue.layouts.layout import Layout
from core.catalogue.sources.raw import Columns, RawTable


def _recognise(raw: RawTable, sample: Columns) -> bool:
    return raw.kind == "images"


def _fields(columns: Sequence[str], sample: Columns) -> Mapping[str, str | tuple[str, ...]]:
    return {"sku": "image", "images": "image", "category": "category"}


LAYOUT = Layout("images", "images in a folder per category", _recognise, fields=_fields, separator=">")
