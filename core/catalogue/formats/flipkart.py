"""The public Flipkart sample: 15 columns, a category tree per product, prices, image addresses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from core.catalogue.formats.delimited import read_delimited
from core.catalogue.formats.format import (
    Columns,
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
from core.common.errors import CatalogueError

_TREE = "product_category_tree"


def tree_path(cell: str) -> list[str]:
    """Return the names in a category tree cell, outermost first: ``["A >> B >> ..."]`` is A, B, ..."""
    text = cell.strip()
    if text.startswith("["):
        try:
            text = str((json.loads(text) or [""])[0])
        except json.JSONDecodeError:
            text = text.strip("[]\"' ")
    return [name.strip() for name in text.split(">>") if name.strip()]


def read(data: Path, options: ReadOptions) -> Iterator[pd.DataFrame]:
    """Yield normalised chunks of a Flipkart table, or of one with only some of its columns."""
    table = find_table(data, ("flipkart_com-ecommerce_sample.csv",), (".csv",))
    label = choose_label(table, FORMAT, options.label)
    done = 0
    for columns in read_delimited(table, options.chunk_rows):
        rows = len(next(iter(columns.values())))
        yield _chunk(table, columns, label, done, rows, options)
        done += rows


def _chunk(
    table: Path, columns: Columns, label: str, done: int, rows: int, options: ReadOptions
) -> pd.DataFrame:
    tree = pick(columns, _TREE)
    if tree is None and (options.label_required or options.label is not None):
        raise missing_label(table, _TREE, list(columns))
    known = {ours: pick(columns, theirs) for ours, theirs in _COLUMNS.items()}
    if known["name"] is None and known["description"] is None and known["image"] is None:
        raise CatalogueError(
            f"{table.name}: none of product_name, description, image among its columns {', '.join(columns)}; "
            "is it a Flipkart table?"
        )
    levels = level_columns([tree_path(cell) for cell in tree or [""] * rows])
    category = levels["level_1" if label == "category" else label]
    retail, reduced = pick(columns, "retail_price"), pick(columns, "discounted_price")
    prices = None
    if retail or reduced:
        pairs = zip(reduced or [""] * rows, retail or [""] * rows, strict=True)
        prices = [price(low if low.strip() else high) for low, high in pairs]
    known["address"] = address_cells(table, columns, options)
    return normalise(done, rows, {**known, "category": category, **levels}, prices)


_COLUMNS = {
    "sku": "uniq_id",
    "name": "product_name",
    "description": "description",
    "image": "image",
    "brand": "brand",
    "url": "product_url",
}

FORMAT = Format(name="flipkart", labels=("category", "level_2", "level_3"), minimum=20, read=read)
