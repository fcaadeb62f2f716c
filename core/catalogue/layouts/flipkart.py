"""The public Flipkart sample: a category tree per product, retail and discounted prices."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from core.catalogue.layouts.layout import Layout, Shape, each_chunk, find, has_all, present
from core.catalogue.layouts.levels import PATH, level_names, whole_paths
from core.catalogue.sources.raw import Columns, RawTable
from core.common.errors import CatalogueError

_TREE = "product_category_tree"
_PRICE = "price"
_LABEL = "category"


def tree_path(cell: str) -> list[str]:
    """Return the names in a category tree cell, outermost first: ``["A >> B >> ..."]`` is A, B, ..."""
    text = cell.strip()
    if text.startswith("["):
        try:
            text = str((json.loads(text) or [""])[0])
        except json.JSONDecodeError:
            text = text.strip("[]\"' ")
    return [name.strip() for name in text.split(">>") if name.strip()]


def _recognise(raw: RawTable, sample: Columns) -> bool:
    return has_all(raw.columns, "uniq_id", _TREE)


def _shape(raw: RawTable) -> Shape:
    if not any(find(raw.columns, name) for name in ("product_name", "description", "image")):
        raise CatalogueError(
            f"{raw.name}: none of product_name, description, image among its columns "
            f"{', '.join(raw.columns)}; is it a Flipkart table?"
        )
    tree = find(raw.columns, _TREE)
    retail, reduced = find(raw.columns, "retail_price"), find(raw.columns, "discounted_price")
    added = [*((PATH, *level_names(), _LABEL) if tree else ()), *([_PRICE] if retail or reduced else [])]

    def change(columns: Columns) -> dict[str, list[str]]:
        rows = len(columns[raw.columns[0]])
        made: dict[str, list[str]] = {}
        if tree:
            made |= whole_paths([tree_path(cell) for cell in columns[tree]])
            made[_LABEL] = made["level_1"]
        if retail or reduced:
            low = columns[reduced] if reduced else [""] * rows
            high = columns[retail] if retail else [""] * rows
            made[_PRICE] = [one if one.strip() else other for one, other in zip(low, high, strict=True)]
        return made

    return each_chunk(raw, added, change)


def _fields(columns: Sequence[str], sample: Columns) -> Mapping[str, str | tuple[str, ...]]:
    return present(
        {
            "sku": find(columns, "uniq_id"),
            "name": find(columns, "product_name"),
            "description": find(columns, "description"),
            "category": find(columns, _LABEL),
            "price": find(columns, _PRICE),
            "images": find(columns, "image"),
            "brand": find(columns, "brand"),
            "url": find(columns, "product_url"),
        }
    )


LAYOUT = Layout(
    "flipkart",
    "the Flipkart sample",
    _recognise,
    _shape,
    _fields,
    labels=(_LABEL, "level_2", "level_3"),
    plain_categories=True,
    made_of={
        **dict.fromkeys((_LABEL, "level_2", "level_3"), (_TREE,)),
        _PRICE: ("discounted_price", "retail_price"),
    },
    minimum=20,
    floor=None,
)
