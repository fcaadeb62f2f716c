"""Magento's (Adobe Commerce's) product export: categories from the root, configurable products and theirs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from core.catalogue.layouts.layout import Layout, Shape, Tally, find, has_all, present
from core.catalogue.sources.raw import Columns, RawTable

_VARIATIONS = "configurable_variations"
_PARENT = "parent sku"
_SKU = re.compile(r"(?:^|\|)\s*sku=([^,|]+)")


def _recognise(raw: RawTable, sample: Columns) -> bool:
    return has_all(raw.columns, "sku", "categories", "name") and bool(
        find(raw.columns, "product_type", "attribute_set_code", "base_image", _VARIATIONS)
    )


def _shape(raw: RawTable) -> Shape:
    """Add the sku of the configurable product, which stands behind its simple ones."""
    variations, sku = find(raw.columns, _VARIATIONS), find(raw.columns, "sku") or ""

    def parents() -> dict[str, str]:
        found: dict[str, str] = {}
        for columns in raw.chunks():
            for own, cell in zip(columns[sku], columns[variations or sku], strict=True):
                for child in _SKU.findall(cell) if variations else ():
                    found[child.strip()] = own.strip()
        return found

    def chunks(rows: int, _: Tally) -> Iterator[Columns]:
        of_child = parents() if variations else {}
        for columns in raw.chunks(rows):
            columns[_PARENT] = [of_child.get(own.strip(), "") for own in columns[sku]]
            yield columns

    return Shape((*raw.columns, _PARENT), chunks)


def _fields(columns: Sequence[str], sample: Columns) -> Mapping[str, str | tuple[str, ...]]:
    images = [find(columns, name) for name in ("base_image", "image", "additional_images", "media_image")]
    found = present(
        {
            "sku": find(columns, "sku"),
            "name": find(columns, "name"),
            "description": find(columns, "description", "short_description"),
            "category": find(columns, "categories"),
            "price": find(columns, "price"),
            "parent": _PARENT,
        }
    )
    listed = tuple(dict.fromkeys(column for column in images if column))
    return found | ({"images": listed} if listed else {})


LAYOUT = Layout(
    "magento", "a Magento product export", _recognise, _shape, _fields, separator="/", placements=","
)
