"""The Best Buy open data set: the original JSON, or the processed CSV that is common in research.

In a folder with both, the CSV is read, because its rows name the image files.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from core.catalogue.formats.delimited import read_delimited
from core.catalogue.formats.format import (
    Format,
    ReadOptions,
    address_cells,
    choose_label,
    find_table,
    level_columns,
    missing_label,
    normalise,
    pick,
    price,
)
from core.catalogue.formats.jsonstream import read_objects
from core.common.errors import CatalogueError

_PROCESSED = "processed_products_with_images.csv"
_CATEGORIES = "categories.json"


def category_names(folder: Path) -> dict[str, str]:
    """Return category id -> name from the ``categories.json`` in `folder`, {} if there is none.

    Some names repeat (11 categories are called Accessories): the category nearest the root keeps the plain
    name, and the others get their id appended, so that names are unique.
    """
    file = folder / _CATEGORIES
    if not file.is_file():
        return {}
    records = [record for record in read_objects(file) if "id" in record and "name" in record]
    names: dict[str, str] = {}
    taken: set[str] = set()
    for record in sorted(records, key=lambda each: (len(each.get("path") or ()), str(each["id"]))):
        key, name = str(record["id"]), str(record["name"])
        names[key] = f"{name} ({key})" if name in taken else name
        taken.add(name)
    return names


def read(data: Path, options: ReadOptions) -> Iterator[pd.DataFrame]:
    """Yield normalised chunks of the processed CSV, of ``products.json`` or of JSON lines."""
    table = _find(data)
    label = choose_label(table, FORMAT, options.label)
    names = category_names(table.parent)
    read_rows = _read_csv if table.suffix.lower() == ".csv" else _read_json
    yield from read_rows(table, label, names, options)


def _find(data: Path) -> Path:
    preferred = (_PROCESSED, "products.json", "products.jsonl")
    if data.is_dir() and not any((data / name).is_file() for name in preferred):
        others = [file for file in data.glob("*.json*") if file.name != _CATEGORIES]
        if len(others) == 1:
            return others[0]
        return find_table(data, preferred, (".csv",))
    return find_table(data, preferred, (".csv", ".json", ".jsonl"))


def _read_csv(
    table: Path, label: str, names: Mapping[str, str], options: ReadOptions
) -> Iterator[pd.DataFrame]:
    done = 0
    for columns in read_delimited(table, options.chunk_rows):
        rows = len(next(iter(columns.values())))
        ids = pick(columns, label)
        if ids is None and (options.label_required or options.label is not None):
            raise missing_label(table, label, list(columns))
        known = {ours: pick(columns, theirs) for ours, theirs in _COLUMNS.items()}
        if known["name"] is None and known["description"] is None:
            header = ", ".join(columns)
            raise CatalogueError(f"{table.name}: no column name or description among {header}")
        image = pick(columns, "image_path") or pick(columns, "image")
        category = None if ids is None else [names.get(key.strip(), key) for key in ids]
        levels = {
            f"level_{depth}": [names.get(key.strip(), key) for key in keys]
            for depth, column in ((1, "class_id"), (2, "sub_class1_id"))
            if (keys := pick(columns, column)) is not None
        }
        prices = pick(columns, "price")
        yield normalise(
            done,
            rows,
            {
                **known,
                "image": image,
                "image_url": pick(columns, "image"),
                "address": address_cells(table, columns, options),
                "category": category,
                **levels,
            },
            None if prices is None else [price(cell) for cell in prices],
        )
        done += rows


def _read_json(
    table: Path, label: str, names: Mapping[str, str], options: ReadOptions
) -> Iterator[pd.DataFrame]:
    depth = FORMAT.labels.index(label)
    known_names = dict(names)
    records = read_objects(table)
    done = 0
    while chunk := list(itertools.islice(records, options.chunk_rows)):
        yield _json_chunk(chunk, depth, known_names, done, options.addresses)
        done += len(chunk)


def _json_chunk(
    records: list[dict[str, Any]], depth: int, names: dict[str, str], done: int, addresses: str | None
) -> pd.DataFrame:
    paths = [record.get("category") or [] for record in records]
    plain = [[str(step.get("name", "")) for step in path] for path in paths]
    category = [_step_name(path[depth], names) if depth < len(path) else "" for path in paths]
    wanted = {**_COLUMNS, "image": "image", "url": "url", "price": "price"}
    if addresses is not None:
        wanted["address"] = addresses
    cells = {
        ours: ["" if record.get(theirs) is None else str(record[theirs]) for record in records]
        for ours, theirs in wanted.items()
    }
    prices = [price(cell) for cell in cells.pop("price")]
    return normalise(done, len(records), {**cells, "category": category, **level_columns(plain)}, prices)


def _step_name(step: Mapping[str, Any], names: dict[str, str]) -> str:
    # Without categories.json, the first id with a name keeps the plain name.
    key, name = str(step.get("id", "")), str(step.get("name", ""))
    if key not in names:
        names[key] = f"{name} ({key})" if name in names.values() else name
    return names[key]


_COLUMNS = {
    "sku": "sku",
    "name": "name",
    "description": "description",
    "brand": "manufacturer",
}

FORMAT = Format(name="bestbuy", labels=("class_id", "sub_class1_id"), minimum=100, read=read)
