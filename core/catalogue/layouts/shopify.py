"""Shopify's product export: several rows a product, for its variants and images, together by Handle."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from core.catalogue.layouts.layout import Layout, Shape, Tally, filled, find, has_all, present
from core.catalogue.sources.raw import Columns, RawTable

_IMAGE, _POSITION, _VARIANT_IMAGE = "Image Src", "Image Position", "Variant Image"
_APART = "rows of a product that stand apart from its other rows: their images are not read"


def _recognise(raw: RawTable, sample: Columns) -> bool:
    columns = raw.columns
    return has_all(columns, "Handle", "Title") and bool(
        find(columns, "Body (HTML)", "Variant Price", "Variant SKU", "Option1 Name", _IMAGE, "Vendor")
    )


def _shape(raw: RawTable) -> Shape:
    handle = find(raw.columns, "Handle") or ""

    def chunks(rows: int, tally: Tally) -> Iterator[Columns]:
        seen: set[str] = set()
        done: list[list[str]] = []
        open_rows: list[tuple[str, ...]] = []
        place = raw.columns.index(handle)
        for columns in raw.chunks(rows):
            for row in zip(*(columns[name] for name in raw.columns), strict=True):
                if open_rows and row[place].strip() and row[place] == open_rows[0][place]:
                    open_rows.append(row)
                    continue
                _close(raw.columns, open_rows, place, seen, done, tally)
                open_rows = [row]
            if len(done) >= rows:
                yield _columns(raw.columns, done)
                done = []
        _close(raw.columns, open_rows, place, seen, done, tally)
        if done:
            yield _columns(raw.columns, done)

    return Shape(raw.columns, chunks, handle)


def _close(
    names: Sequence[str],
    rows: list[tuple[str, ...]],
    place: int,
    seen: set[str],
    done: list[list[str]],
    tally: Tally,
) -> None:
    if not rows:
        return
    key = rows[0][place].strip()
    if key and key in seen:
        tally.variants += len(rows)
        tally.note(_APART)
        return
    seen.add(key)
    tally.variants += len(rows) - 1
    done.append(_merged(names, rows))


def _merged(names: Sequence[str], rows: list[tuple[str, ...]]) -> list[str]:
    """Return one row with the first value of each column, and all images by their positions."""
    first = [next((cell for cell in cells if cell.strip()), "") for cells in zip(*rows, strict=True)]
    image = find(names, _IMAGE)
    if image is None or len(rows) == 1:
        return first
    at = names.index(image)
    position, variant = find(names, _POSITION), find(names, _VARIANT_IMAGE)
    numbered = []
    for number, row in enumerate(rows):
        text = row[names.index(position)].strip() if position else ""
        numbered.append((int(text) if text.isdecimal() else len(rows) + number, row[at].strip()))
    images = [each for _, each in sorted(numbered, key=lambda pair: pair[0]) if each]
    if variant:
        images += [row[names.index(variant)].strip() for row in rows]
    images = list(dict.fromkeys(filter(None, images)))
    first[at] = json.dumps(images, ensure_ascii=False) if len(images) > 1 else "".join(images)
    return first


def _columns(names: Sequence[str], rows: Sequence[Sequence[str]]) -> Columns:
    return {name: list(cells) for name, cells in zip(names, zip(*rows, strict=True), strict=True)}


def _fields(columns: Sequence[str], sample: Columns) -> Mapping[str, str | tuple[str, ...]]:
    category = find(columns, "Product Category", "Standardized Product Type", "Standard Product Type")
    own = find(columns, "Type", "Custom Product Type", "Product Type")
    if category is None or (own is not None and filled(sample[category]) * 2 < filled(sample[own])):
        category = own
    return present(
        {
            "sku": find(columns, "Handle"),
            "name": find(columns, "Title"),
            "description": find(columns, "Body (HTML)", "Body HTML", "Body", "Description"),
            "category": category,
            "price": find(columns, "Variant Price", "Price"),
            "images": find(columns, _IMAGE, _VARIANT_IMAGE, "Product image URL"),
            "brand": find(columns, "Vendor"),
        }
    )


LAYOUT = Layout(
    "shopify", "a Shopify product export", _recognise, _shape, _fields, separator=">", placements=""
)
