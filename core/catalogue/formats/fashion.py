"""Fashion Product Images: ``styles.csv``, three category levels, and an image ``<id>.jpg`` per product."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from core.catalogue.formats.delimited import read_delimited
from core.catalogue.formats.format import (
    Format,
    ReadOptions,
    address_cells,
    choose_label,
    find_table,
    missing_label,
    normalise,
    pick,
)
from core.common.errors import CatalogueError

_COLUMNS = {
    "sku": "id",
    "name": "productDisplayName",
    "colour": "baseColour",
    "usage": "usage",
    "gender": "gender",
    "season": "season",
    "year": "year",
    "level_1": "masterCategory",
    "level_2": "subCategory",
    "level_3": "articleType",
}


def read(data: Path, options: ReadOptions) -> Iterator[pd.DataFrame]:
    """Yield normalised chunks of a ``styles.csv``.

    The public file has display names with unquoted commas: surplus cells are joined to the display name, the
    last column.
    """
    table = find_table(data, ("styles.csv",), (".csv",))
    label = choose_label(table, FORMAT, options.label)
    done = 0
    for columns in read_delimited(table, options.chunk_rows, tail="productDisplayName"):
        ids = pick(columns, "id")
        if ids is None:
            header = ", ".join(columns)
            raise CatalogueError(f"{table.name}: no column id among {header}; is it a Fashion table?")
        category = pick(columns, label)
        if category is None and (options.label_required or options.label is not None):
            raise missing_label(table, label, list(columns))
        known = {ours: pick(columns, theirs) for ours, theirs in _COLUMNS.items()}
        known["address"] = address_cells(table, columns, options)
        images = [f"{name.strip()}.jpg" for name in ids]
        yield normalise(done, len(ids), {**known, "image": images, "category": category})
        done += len(ids)


FORMAT = Format(
    name="fashion", labels=("subCategory", "articleType", "masterCategory"), minimum=100, read=read
)
