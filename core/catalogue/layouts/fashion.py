"""Fashion Product Images: ``styles.csv``, three category levels, and an image ``<id>.jpg`` per product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.catalogue.layouts.layout import Layout, Shape, each_chunk, find, has_all, present
from core.catalogue.sources.raw import Columns, RawTable
from core.common.errors import CatalogueError

LEVEL_COLUMNS = ("masterCategory", "subCategory", "articleType")
_IMAGE = "image file"
_LEVELS = {"level_1": "masterCategory", "level_2": "subCategory", "level_3": "articleType"}


def _recognise(raw: RawTable, sample: Columns) -> bool:
    return has_all(raw.columns, "id", *LEVEL_COLUMNS, "productDisplayName")


def _shape(raw: RawTable) -> Shape:
    ids = find(raw.columns, "id")
    if ids is None:
        raise CatalogueError(
            f"{raw.name}: no column id among {', '.join(raw.columns)}; is it a Fashion table?"
        )
    levels = {name: column for name, theirs in _LEVELS.items() if (column := find(raw.columns, theirs))}

    def change(columns: Columns) -> dict[str, list[str]]:
        made = {name: columns[column] for name, column in levels.items()}
        return {**made, _IMAGE: [f"{number.strip()}.jpg" for number in columns[ids]]}

    return each_chunk(raw, [*levels, _IMAGE], change)


def _fields(columns: Sequence[str], sample: Columns) -> Mapping[str, str | tuple[str, ...]]:
    return present(
        {
            "sku": find(columns, "id"),
            "name": find(columns, "productDisplayName"),
            "category": find(columns, "subCategory"),
            "images": _IMAGE,
            "colour": find(columns, "baseColour"),
            "usage": find(columns, "usage"),
            "gender": find(columns, "gender"),
        }
    )


LAYOUT = Layout(
    "fashion",
    "the Fashion Product Images",
    _recognise,
    _shape,
    _fields,
    labels=("subCategory", "articleType", "masterCategory"),
    plain_categories=True,
    made_of={_IMAGE: ("id",)},
    minimum=100,
    floor=None,
)
