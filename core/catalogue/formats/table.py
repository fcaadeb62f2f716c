"""Generic CSV tables, whose columns are recognised by usual names or chosen by the user."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from core.catalogue.formats.delimited import read_delimited
from core.catalogue.formats.format import (
    Columns,
    Format,
    ReadOptions,
    address_cells,
    find_table,
    missing_label,
    normalise,
    price,
)
from core.common.errors import CatalogueError

# Our field -> usual column names, most specific first; case, spaces, dashes and underscores are ignored.
USUAL_NAMES = {
    "sku": ("sku", "uniqid", "productid", "itemid", "asin", "id", "code", "gtin", "ean", "upc"),
    "name": ("name", "productname", "productdisplayname", "title", "producttitle", "itemname", "displayname"),
    "description": ("description", "productdescription", "desc", "longdescription", "shortdescription",
                    "details", "text"),
    "image": ("image", "imagepath", "imagefile", "imagename", "filename", "picture", "photo", "img",
              "imageurl", "images", "file", "path"),
    "category": ("category", "label", "class", "classid", "categoryname", "productcategory", "categoryid",
                 "producttype", "mastercategory", "subcategory", "articletype", "target"),
    "parent": ("parent", "parentsku", "parentid", "parentasin", "parentproduct", "itemgroupid", "variantof"),
    "brand": ("brand", "brandname", "manufacturer", "vendor"),
    "price": ("price", "discountedprice", "saleprice", "retailprice", "listprice"),
    "colour": ("colour", "color", "basecolour", "basecolor"),
    "usage": ("usage",),
    "url": ("url", "producturl", "link"),
}  # fmt: skip


def read(data: Path, options: ReadOptions) -> Iterator[pd.DataFrame]:
    """Yield normalised chunks of a CSV; columns not named in `options` are guessed."""
    table = find_table(data, ("products.csv",), (".csv", ".tsv", ".txt"))
    done = 0
    for columns in read_delimited(table, options.chunk_rows):
        yield normal_chunk(table, columns, options, done)
        done += len(next(iter(columns.values())))


def normal_chunk(table: Path, columns: Columns, options: ReadOptions, first_row: int) -> pd.DataFrame:
    """Normalise rows of a table; `first_row` is the position of the first, from 0."""
    mapping = match_columns(table, list(columns), options)
    cells: dict[str, list[str] | None] = {ours: columns[theirs] for ours, theirs in mapping.items()}
    cells["address"] = address_cells(table, columns, options)
    prices = cells.pop("price", None)
    rows = len(next(iter(columns.values())))
    return normalise(first_row, rows, cells, None if prices is None else [price(cell) for cell in prices])


def match_columns(table: Path, header: list[str], options: ReadOptions) -> dict[str, str]:
    """Return our field -> the table's column, by the user's choice, else by usual names.

    Raises
    ------
    CatalogueError
        If a named column does not exist, a required category column is missing, or the table has neither a
        text nor an image column; the message lists the table's columns.
    """
    by_name = {name.lower(): name for name in reversed(header)}
    named = {**(options.columns or {})}
    if options.label is not None:
        named["category"] = options.label
    matched: dict[str, str] = {}
    for ours, theirs in named.items():
        if ours not in USUAL_NAMES:
            raise CatalogueError(
                f"unknown field {ours!r} in --columns: expected one of {', '.join(USUAL_NAMES)}"
            )
        if theirs.lower() not in by_name:
            raise CatalogueError(f"{table.name}: no column {theirs!r} among {', '.join(header)}")
        matched[ours] = by_name[theirs.lower()]
    plain = {_plain(name): name for name in reversed(header)}
    for ours, usual in USUAL_NAMES.items():
        free = [plain[name] for name in usual if name in plain and plain[name] not in matched.values()]
        if ours not in matched and free:
            matched[ours] = free[0]
    if options.label_required and "category" not in matched:
        raise missing_label(table, "category, label, class, ...", header)
    if not matched.keys() & {"name", "description", "image"} and options.addresses is None:
        raise CatalogueError(
            f"{table.name}: no name, description or image column among {', '.join(header)}; "
            "rename a column, or map it with --columns name=COLUMN"
        )
    return matched


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


FORMAT = Format(name="csv", labels=(), minimum=20, floor=10, read=read)
