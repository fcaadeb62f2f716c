"""The gallery of a catalogue: which products match a filter, in which order, and their cards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.views.display_names import product_name
from core.views.fields import field_names
from core.views.formatting import shorten_category
from core.views.product_cards import Card
from core.views.product_columns import COLUMN_NAMES
from core.views.product_search import find_rows

if TYPE_CHECKING:
    import pandas as pd

    from core.bundle.reader import Bundle

ORDERS = {
    "": "Catalogue order",
    "cheap": "Lowest price first",
    "expensive": "Highest price first",
    "short": "Shortest text first",
    "long": "Longest text first",
}


@dataclass(frozen=True)
class GalleryFilter:
    """Which products the gallery shows, and in which order.

    Attributes
    ----------
    category
        A category's name; "" for all.
    query
        Words of a name, or an id; "" for all.
    lacking
        A column, of :func:`gap_choices`, that the products lack; "" for all.
    order
        One of `ORDERS`.
    """

    category: str = ""
    query: str = ""
    lacking: str = ""
    order: str = ""


def gap_choices(table: pd.DataFrame, gaps: Mapping[str, np.ndarray], selected: np.ndarray) -> dict[str, str]:
    """Return column -> name and number of gaps, for columns that some selected products, bool (n,), lack.

    `gaps` are those of the table (`core.views.fields.missing_masks`).
    """
    names = {"has_text": "Text"} | field_names(table)
    counts = {column: int((gaps[column] & selected).sum()) for column in names}
    return {column: f"{names[column]} ({count:,})" for column, count in counts.items() if count}


def order_choices(table: pd.DataFrame) -> dict[str, str]:
    """Return those of `ORDERS` that the table has columns for."""
    priced = "price" in table.columns and bool(table["price"].notna().any())
    return {order: name for order, name in ORDERS.items() if priced or order not in ("cheap", "expensive")}


def matching_rows(
    table: pd.DataFrame, gaps: Mapping[str, np.ndarray], selected: np.ndarray, chosen: GalleryFilter
) -> np.ndarray:
    """Return the rows that match a filter: int64 (m,), in its order, those without a price last.

    Parameters
    ----------
    table
        The catalogue of n products.
    gaps
        Column -> bool (n,): where it is empty (`core.views.fields.missing_masks`).
    selected
        bool (n,): what the sidebar selects; other products are left out.
    chosen
        The filter.
    """
    matches = selected.copy()
    if chosen.category:
        matches &= (table["category"] == chosen.category).to_numpy(dtype=bool)
    if chosen.lacking:
        matches &= gaps[chosen.lacking]
    if chosen.query.strip():
        found = np.zeros(len(table), dtype=bool)
        found[find_rows(table, chosen.query)] = True
        matches &= found
    rows = np.flatnonzero(matches)
    if not chosen.order:
        return rows
    column = "price" if chosen.order in ("cheap", "expensive") else "text_length"
    sign = -1 if chosen.order in ("expensive", "long") else 1
    values = table[column].to_numpy(dtype=float, na_value=np.nan)[rows]
    return rows[np.argsort(sign * values, kind="stable")]  # NaN come last


def gallery_cards(bundle: Bundle, rows: Sequence[int], *, with_category: bool) -> list[Card]:
    """Return the cards of some rows: image and name, and under them category, id and price where known."""
    return [
        _card(bundle, row, product, with_category=with_category)
        for row, (_, product) in zip(rows, bundle.table.iloc[list(rows)].iterrows(), strict=True)
    ]


def _card(bundle: Bundle, row: int, product: pd.Series[Any], *, with_category: bool) -> Card:
    lines = [str(product["sku"])] if product["name"] else []
    price = product.get("price")
    if price is not None and np.isfinite(price):
        lines.append(f"Price {price:,.2f}")
    category = [str(product["category"])] if with_category else []
    note = "\n".join([*map(shorten_category, category), *lines])
    image = bundle.thumbnail(str(product["sku"]))
    return Card(image, product_name(product), note, int(row), "\n".join([*category, *lines]))


def gallery_table(table: pd.DataFrame, rows: Sequence[int] | np.ndarray) -> pd.DataFrame:
    """List products for a file: id, name, category, split, and the other fields of the catalogue."""
    names = COLUMN_NAMES | {c: name for c, name in field_names(table).items() if c not in COLUMN_NAMES}
    names |= {"has_text": "Text"}
    listed = [column for column in names if column in table.columns]
    return table[listed].iloc[np.asarray(rows, dtype=np.int64)].rename(columns=names).reset_index(drop=True)
