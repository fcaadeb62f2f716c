"""WooCommerce's product export, in any language: what is said of a product in Type is the same in all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from core.catalogue.columns.matching import match_columns
from core.catalogue.layouts.layout import Layout, Shape, Tally, find, present
from core.catalogue.sources.raw import Columns, RawTable

_KINDS = {"simple", "variable", "variation", "grouped", "external", "virtual", "downloadable", "subscription",
          "variable-subscription", "subscription_variation", "bundle", "composite"}  # fmt: skip
_OF_ID = re.compile(r"id\s*:\s*(\d+)", re.IGNORECASE)
_SHARED = ("name", "description", "category", "images", "brand")


def _recognise(raw: RawTable, sample: Columns) -> bool:
    return _kind_column(raw.columns, sample) is not None and find(raw.columns, "ID") is not None


def _kind_column(columns: Sequence[str], sample: Columns) -> str | None:
    """Return the column that says how each product is sold."""
    for column in columns[:6]:
        cells = [cell.strip().lower() for cell in sample.get(column, ()) if cell.strip()]
        if cells and all({part.strip() for part in cell.split(",")} <= _KINDS for cell in cells):
            return column
    return None


def _shape(raw: RawTable) -> Shape:
    """Give variations what only their product says: its category, its texts where they have none."""
    sample = next(raw.chunks(2048), {})
    matching = match_columns(raw.columns, sample, _fields(raw.columns, sample))
    shared = [column for field in _SHARED for column in matching.columns_of(field)]
    parent, sku = matching.columns_of("parent"), matching.columns_of("sku")
    number = find(raw.columns, "ID")
    if not parent:
        return Shape(raw.columns, lambda rows, _: raw.chunks(rows))

    def chunks(rows: int, _: Tally) -> Iterator[Columns]:
        known: dict[str, tuple[str, tuple[str, ...]]] = {}
        for columns in raw.chunks(rows):
            parents = columns[parent[0]]
            ids = columns[number] if number else [""] * len(parents)
            skus = columns[sku[0]] if sku else ids
            for row, above in enumerate(parents):
                match = _OF_ID.fullmatch(above.strip())
                own = match[1] if match else above.strip()
                if own and own in known:
                    parents[row], cells = known[own]
                    for column, cell in zip(shared, cells, strict=True):
                        if not columns[column][row].strip():
                            columns[column][row] = cell
                elif not own:
                    entry = (skus[row] or ids[row], tuple(columns[column][row] for column in shared))
                    known[ids[row].strip()] = known[skus[row].strip()] = entry
                if not skus[row].strip() and ids[row].strip():
                    skus[row] = ids[row]
            yield columns

    return Shape(raw.columns, chunks)


def _fields(columns: Sequence[str], sample: Columns) -> Mapping[str, str | tuple[str, ...]]:
    return present({"kind": _kind_column(columns, sample)})


LAYOUT = Layout(
    "woocommerce", "a WooCommerce product export", _recognise, _shape, _fields, separator=">", placements=","
)
