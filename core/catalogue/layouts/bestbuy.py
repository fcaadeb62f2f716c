"""The Best Buy open data set: the original JSON, or the processed CSV that is common in research."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from core.catalogue.layouts.layout import (
    IMAGE_ADDRESS,
    Layout,
    Shape,
    as_it_is,
    each_chunk,
    find,
    has_all,
    present,
)
from core.catalogue.layouts.levels import PATH, level_names, whole_paths
from core.catalogue.sources.opening import open_table
from core.catalogue.sources.raw import Columns, RawTable
from core.common.errors import CatalogueError

_CATEGORIES = "categories.json"
_TOP, _SUB = "class_id", "sub_class1_id"


def _recognise(raw: RawTable, sample: Columns) -> bool:
    if has_all(raw.columns, _TOP, _SUB):
        return True
    category = find(raw.columns, "category")
    if raw.kind != "json" or category is None or not has_all(raw.columns, "sku", "upc"):
        return False
    return any(cell.startswith('[{"id"') for cell in sample[category][:50])


def category_names(folder: Path) -> dict[str, str]:
    """Return category id -> name from the ``categories.json`` in `folder`, {} if there is none.

    Some names repeat (11 categories are called Accessories): the category nearest the root keeps the plain
    name, and the others get their id appended, so that names are unique.
    """
    file = folder / _CATEGORIES
    if not file.is_file():
        return {}
    raw = open_table(file)
    known, called = find(raw.columns, "id"), find(raw.columns, "name")
    path = find(raw.columns, "path")
    if known is None or called is None:
        return {}
    records = [
        (len(_listed(steps)), key, name)
        for columns in raw.chunks()
        for key, name, steps in zip(
            columns[known], columns[called], columns[path] if path else columns[known], strict=True
        )
        if key and name
    ]
    names: dict[str, str] = {}
    taken: set[str] = set()
    for _, key, name in sorted(records, key=lambda each: each[:2]):
        names[key] = f"{name} ({key})" if name in taken else name
        taken.add(name)
    return names


def _shape(raw: RawTable) -> Shape:
    folder = raw.path if raw.path.is_dir() else raw.path.parent
    names = category_names(folder)
    return _of_json(raw, names) if raw.kind == "json" else _of_processed(raw, names)


def _of_json(raw: RawTable, names: dict[str, str]) -> Shape:
    category = find(raw.columns, "category")
    if category is None:
        return as_it_is(raw)

    def change(columns: Columns) -> dict[str, list[str]]:
        paths = [_listed(cell) for cell in columns[category]]
        made = whole_paths([[str(step.get("name") or "") for step in path] for path in paths])
        for depth, label in enumerate((_TOP, _SUB)):
            made[label] = [_step_name(path[depth], names) if depth < len(path) else "" for path in paths]
        return made

    return each_chunk(raw, [PATH, *level_names(), _TOP, _SUB], change)


def _of_processed(raw: RawTable, names: Mapping[str, str]) -> Shape:
    if not find(raw.columns, "name") and not find(raw.columns, "description"):
        raise CatalogueError(f"{raw.name}: no column name or description among {', '.join(raw.columns)}")
    labels = {"level_1": find(raw.columns, _TOP), "level_2": find(raw.columns, _SUB)}
    file, address = find(raw.columns, "image_path"), find(raw.columns, "image")

    def change(columns: Columns) -> dict[str, list[str]]:
        made: dict[str, list[str]] = {}
        for level, column in labels.items():
            if column:
                made[level] = made[column] = [names.get(key.strip(), key) for key in columns[column]]
        if file and address:
            made[IMAGE_ADDRESS] = columns[address]
        return made

    added = [level for level, column in labels.items() if column]
    return each_chunk(raw, [*added, *([IMAGE_ADDRESS] if file and address else [])], change)


def _listed(cell: str) -> list[dict[str, object]]:
    try:
        read = json.loads(cell) if cell.startswith("[") else []
    except (json.JSONDecodeError, RecursionError):
        return []
    return [step for step in read if isinstance(step, dict)] if isinstance(read, list) else []


def _step_name(step: Mapping[str, object], names: dict[str, str]) -> str:
    # Without categories.json, the first id with a name keeps the plain name.
    key, name = str(step.get("id", "")), str(step.get("name", ""))
    if key not in names:
        names[key] = f"{name} ({key})" if name in names.values() else name
    return names[key]


def _fields(columns: Sequence[str], sample: Columns) -> Mapping[str, str | tuple[str, ...]]:
    return present(
        {
            "sku": find(columns, "sku"),
            "name": find(columns, "name"),
            "description": find(columns, "description"),
            "category": find(columns, _TOP),
            "images": find(columns, "image_path", "image"),
            "price": find(columns, "price"),
            "brand": find(columns, "manufacturer"),
            "url": find(columns, "url"),
        }
    )


LAYOUT = Layout(
    "bestbuy",
    "the Best Buy data set",
    _recognise,
    _shape,
    _fields,
    labels=(_TOP, _SUB),
    plain_categories=True,
    made_of=dict.fromkeys((_TOP, _SUB), ("category",)),
    minimum=100,
    floor=None,
)
