"""What a bundle keeps of the table that it was built from."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from core.bundle.layout import INSPECTION
from core.bundle.source import write_source
from core.bundle.writer import BundleWriter
from core.catalogue.images.lists import unpacked
from core.catalogue.reading import Catalogue
from core.catalogue.values.paths import JOINED

_SAMPLE = 50


def keep_source(writer: BundleWriter, catalogue: Catalogue) -> None:
    """Copy the owner's table into a bundle, so that it can be given back with corrected categories."""
    if catalogue.recognition is not None:
        write_source(writer, catalogue.recognition)


def write_inspection(writer: BundleWriter, catalogue: Catalogue, *, private: bool) -> None:
    """Write what the table was read as, in the words of ``inspect --json``; without products if private."""
    recognition, account = catalogue.recognition, catalogue.account
    set_aside: dict[str, int] = {}
    for each in account.set_aside:
        set_aside[each.reason] = set_aside.get(each.reason, 0) + each.count
    found: dict[str, Any] = {
        "format": catalogue.format,
        "encoding": None if recognition is None else recognition.raw.encoding,
        "columns": {} if recognition is None else recognition.file_columns(),
        "unused": [] if recognition is None else list(recognition.unused),
        "rows": account.rows_read,
        "products": account.rows_kept,
        "variants": account.variants,
        "set_aside": set_aside,
        "warnings": [] if private else list(catalogue.notes),
        "sample": [] if private else list(_products(catalogue.table.head(_SAMPLE))),
    }
    writer.file(INSPECTION).write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")


def _products(table: pd.DataFrame) -> Iterator[dict[str, Any]]:
    for cells in table.to_dict("records"):
        row = {str(name): cell for name, cell in cells.items()}
        price = row.get("price")
        yield {
            "sku": row["sku"],
            "name": row["name"],
            "description": row["description"],
            "category": _path(row),
            "price": None if price is None or pd.isna(price) else float(price),
            "currency": row.get("currency") or None,
            "images": unpacked(row["image"], row["images"]),
            "parent": row.get("parent") or "",
        }


def _path(row: Mapping[str, Any]) -> str:
    levels = [str(cell) for name, cell in row.items() if name.startswith("level_") and cell]
    return JOINED.join(levels) or str(row["category"])
