"""Yandex Market feeds (YML): offers, whose categories stand as a tree beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.catalogue.layouts.layout import Layout, Shape, as_it_is, each_chunk, find, has_all, present
from core.catalogue.sources.raw import Columns, RawTable
from core.catalogue.sources.xml_feeds import CATEGORY_ID, CATEGORY_PATH

_NAME = "full name"


def _recognise(raw: RawTable, sample: Columns) -> bool:
    return (
        raw.kind == "xml"
        and has_all(raw.columns, "categoryId")
        and bool(find(raw.columns, "category path", "currencyId", "picture"))
    )


def _shape(raw: RawTable) -> Shape:
    """Give offers without a name that of their maker and model."""
    name = find(raw.columns, "name")
    found = [find(raw.columns, each) for each in ("typePrefix", "vendor", "model")]
    parts = [column for column in found if column is not None]
    if find(raw.columns, "model") is None:
        return as_it_is(raw)

    def named(columns: Columns) -> dict[str, list[str]]:
        made = [" ".join(filter(None, row)) for row in zip(*(columns[each] for each in parts), strict=True)]
        own = columns[name] if name else [""] * len(made)
        return {name or _NAME: [given or other for given, other in zip(own, made, strict=True)]}

    return each_chunk(raw, [name or _NAME], named)


def _fields(columns: Sequence[str], sample: Columns) -> Mapping[str, str | tuple[str, ...]]:
    return present(
        {
            "sku": find(columns, "id"),
            "name": find(columns, "name", _NAME, "model"),
            "description": find(columns, "description"),
            "category": find(columns, "category path", "categoryId"),
            "price": find(columns, "price"),
            "currency": find(columns, "currencyId"),
            "images": find(columns, "picture"),
            "parent": find(columns, "group_id"),
            "brand": find(columns, "vendor"),
            "url": find(columns, "url"),
        }
    )


LAYOUT = Layout(
    "yandex",
    "a Yandex Market feed",
    _recognise,
    _shape,
    _fields,
    separator=">",
    placements="",
    made_of={_NAME: ("typePrefix", "vendor", "model"), CATEGORY_PATH: (CATEGORY_ID,)},
)
