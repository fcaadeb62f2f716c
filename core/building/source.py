"""What a bundle keeps of the table that it was built from."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from core.bundle.layout import INSPECTION
from core.bundle.source import write_source
from core.bundle.writer import BundleWriter
from core.catalogue.images.lists import unpacked
from core.catalogue.inspection import SAMPLES, Inspection, Sample
from core.catalogue.layouts.levels import PATH
from core.catalogue.reading import Catalogue


def keep_source(writer: BundleWriter, catalogue: Catalogue) -> None:
    """Copy the owner's table into a bundle, so that it can be given back with corrected categories."""
    if catalogue.recognition is not None:
        write_source(writer, catalogue.recognition)


def write_inspection(writer: BundleWriter, catalogue: Catalogue, *, private: bool) -> None:
    """Write what the table was read as, in the words of ``inspect --json``; without products if private."""
    found = json.dumps(_inspection(catalogue, private).to_dict(), ensure_ascii=False, indent=1)
    writer.file(INSPECTION).write_text(found, encoding="utf-8")


def _inspection(catalogue: Catalogue, private: bool) -> Inspection:
    recognition, account = catalogue.recognition, catalogue.account
    set_aside: Counter[str] = Counter()
    for each in account.set_aside:
        set_aside[each.reason] += each.count
    return Inspection(
        format=catalogue.format,
        encoding=None if recognition is None else recognition.raw.encoding,
        columns={} if recognition is None else recognition.of_file.to_dict(),
        unused=() if recognition is None else recognition.of_file.unused,
        rows=account.rows_read,
        products=account.rows_kept,
        variants=account.variants,
        set_aside=set_aside,
        warnings=() if private else catalogue.notes,
        sample=() if private else tuple(_products(catalogue.table.head(SAMPLES))),
    )


def _products(table: pd.DataFrame) -> Iterator[Sample]:
    for cells in table.to_dict("records"):
        row = {str(name): cell for name, cell in cells.items()}
        price = row.get("price")
        yield Sample(
            sku=row["sku"],
            name=row["name"],
            description=row["description"],
            category=_path(row),
            price=None if price is None or pd.isna(price) else float(price),
            currency=row.get("currency") or None,
            images=list(unpacked(row["image"], row["images"])),
            parent=row.get("parent") or "",
        )


def _path(row: Mapping[str, Any]) -> str:
    return str(row.get(PATH) or row["category"])
