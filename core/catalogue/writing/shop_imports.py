"""Files that shops import: ids or handles, and the category of each product; nothing else changes there.

Their cells are as the shop wants them: safe for spreadsheets only where the shop takes the apostrophe away.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from core.catalogue.layouts.layout import Tally, find
from core.catalogue.recognition import Recognition
from core.catalogue.values.paths import JOINED
from core.catalogue.writing.product_rows import product_rows
from core.common.files import atomic_path
from core.common.spreadsheet import safe_text

_TAXONOMY = ("Product Category", "Standardized Product Type", "Standard Product Type")
_WOO_LETTERS = str.maketrans({",": "\\,"})

Row = dict[str, str]


@dataclass(frozen=True)
class Shop:
    """What a shop imports.

    Attributes
    ----------
    name
        As the shop calls itself.
    delimiter
        Of the file.
    row
        ``(table, product, its first row, category) -> the cells``; the first row's own columns.
    cell
        Makes a cell safe for spreadsheets, where the shop takes that away again.
    """

    name: str
    delimiter: str
    row: Callable[[Recognition, Mapping[str, str], Row, str], Row]
    cell: Callable[[str], str] = str


def _shopify(recognition: Recognition, product: Mapping[str, str], first: Row, category: str) -> Row:
    own = recognition.matching.columns_of("category")
    # Shopify takes only names of its own taxonomy as Product Category.
    column = own[0] if recognition.layout.name == "shopify" and own and own[0] in _TAXONOMY else "Type"
    handle = find(first, "Handle")
    return {
        "Handle": first[handle] if handle else product["sku"],
        "Title": product["name"],
        column: category,
    }


def _woocommerce(recognition: Recognition, product: Mapping[str, str], first: Row, category: str) -> Row:
    number = find(first, "ID")
    ids = {"ID": first[number]} if recognition.layout.name == "woocommerce" and number else {}
    return {
        **ids,
        "SKU": "" if _is_made(product["sku"]) and ids else product["sku"],
        "Name": product["name"],
        "Categories": JOINED.join(each.translate(_WOO_LETTERS) for each in category.split(JOINED)),
    }


def _merchant(recognition: Recognition, product: Mapping[str, str], first: Row, category: str) -> Row:
    return {"id": product["sku"], "product_type": category}


SHOPS = {
    "shopify": Shop("Shopify", ",", _shopify),
    "woocommerce": Shop("WooCommerce", ",", _woocommerce, safe_text),
    "merchant": Shop("Google Merchant Center", "\t", _merchant),
}
"""Name -> shop."""


def write_import(recognition: Recognition, categories: Sequence[str | None], shop: Shop, out: Path) -> int:
    """Write the file that a shop imports, with the products whose category is known.

    Parameters
    ----------
    recognition
        The owner's table.
    categories
        For each product, in the order of `Recognition.frames`, its category; None leaves it out.
    shop
        One of `SHOPS`.
    out
        The file: UTF-8, comma or tab.

    Returns
    -------
    int
        Products in the file.
    """
    count = 0
    with atomic_path(out) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        writer: csv.DictWriter[str] | None = None
        for (product, first), category in zip(_products(recognition), categories, strict=True):
            row = shop.row(recognition, product, first, category or "")
            if writer is None:
                writer = csv.DictWriter(file, list(row), delimiter=shop.delimiter)
                writer.writeheader()
            if category is not None:
                writer.writerow({name: shop.cell(cell) for name, cell in row.items()})
                count += 1
    return count


def _products(recognition: Recognition) -> Iterator[tuple[Mapping[str, str], Row]]:
    """Yield each product, and the first of its rows in the file."""
    firsts = (
        {name: cells[place] for name, cells in rows.columns.items()}
        for rows in product_rows(recognition)
        for place, first in enumerate(rows.first)
        if first
    )
    products = (
        dict(zip(("sku", "name"), cells, strict=True))
        for frame in recognition.frames(tally=Tally())
        for cells in _cells(frame)
    )
    return zip(products, firsts, strict=True)


def _cells(frame: pd.DataFrame) -> Iterator[tuple[str, str]]:
    return zip(frame["sku"], frame["name"], strict=True)


def _is_made(sku: str) -> bool:
    return sku.startswith("row-")
