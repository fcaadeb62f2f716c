"""The gallery of a catalogue: which products are asked for, in which order, and what their cards say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.views.display_names import product_name
from core.views.fields import FIELD_NAMES, field_names, missing_mask
from core.views.product_cards import Card
from core.views.product_search import find_rows

if TYPE_CHECKING:
    import pandas as pd

    from core.bundle.reader import Bundle

ORDERS = {
    "": "As in the catalogue",
    "cheap": "Lowest price first",
    "dear": "Highest price first",
    "short": "Shortest text first",
    "long": "Longest text first",
}


@dataclass(frozen=True)
class GalleryFilter:
    """What a visitor of the gallery asks for.

    Attributes
    ----------
    category
        A category's name; "" for all.
    query
        Words of a name, or an id; "" for all.
    lacking
        A column whose value is missing, of :func:`gaps`; "" for all.
    order
        One of `ORDERS`.
    """

    category: str = ""
    query: str = ""
    lacking: str = ""
    order: str = ""


def gaps(table: pd.DataFrame, asked: np.ndarray) -> dict[str, str]:
    """Return column -> its word and how many of the products asked for, bool (n,), lack it; none without."""
    words = {"has_text": "Text"} | field_names(table)
    counts = {column: int((missing_mask(table, column) & asked).sum()) for column in words}
    return {column: f"{words[column]} ({count:,})" for column, count in counts.items() if count}


def orders(table: pd.DataFrame) -> dict[str, str]:
    """Return those of `ORDERS` that the table has columns for."""
    priced = "price" in table.columns and bool(table["price"].notna().any())
    return {name: word for name, word in ORDERS.items() if priced or name not in ("cheap", "dear")}


def wanted_rows(table: pd.DataFrame, asked: np.ndarray, wish: GalleryFilter) -> np.ndarray:
    """Return the rows that fit a wish: int64 (m,), in its order, those without a price last.

    Parameters
    ----------
    table
        The catalogue of n products.
    asked
        bool (n,): products outside are left out, whatever the wish.
    """
    wanted = asked.copy()
    if wish.category:
        wanted &= (table["category"] == wish.category).to_numpy(dtype=bool)
    if wish.lacking:
        wanted &= missing_mask(table, wish.lacking)
    if wish.query.strip():
        found = np.zeros(len(table), dtype=bool)
        found[find_rows(table, wish.query)] = True
        wanted &= found
    rows = np.flatnonzero(wanted)
    if not wish.order:
        return rows
    column = "price" if wish.order in ("cheap", "dear") else "text_length"
    sign = -1 if wish.order in ("dear", "long") else 1
    values = table[column].to_numpy(dtype=float, na_value=np.nan)[rows]
    return rows[np.argsort(sign * values, kind="stable")]  # NaN come last


def gallery_cards(bundle: Bundle, rows: Sequence[int], *, with_category: bool) -> list[Card]:
    """Return the cards of some rows: picture, name, and under it category, id and price where they help."""
    cards = []
    for _, product in bundle.table.iloc[list(rows)].iterrows():
        lines = [product["category"]] if with_category else []
        lines += [product["sku"]] if product["name"] else []
        price = product.get("price")
        if price is not None and np.isfinite(price):
            lines.append(f"Price {price:,.2f}")
        cards.append(Card(bundle.thumbnail(product["sku"]), product_name(product), "\n".join(lines)))
    return cards


def gallery_table(table: pd.DataFrame, rows: Sequence[int]) -> pd.DataFrame:
    """Lay out products for a file: id, category and part, and all that the catalogue says of them."""
    words = {"sku": "Id", "name": "Name", "category": "Category", "part": "Part"}
    words |= {column: word for column, word in FIELD_NAMES.items() if column not in words} | {
        column: word for column, word in field_names(table).items() if column not in words
    }
    words["has_text"] = "Text"
    shown = {column: word for column, word in words.items() if column in table.columns}
    return table.iloc[list(rows)][list(shown)].rename(columns=shown).reset_index(drop=True)
