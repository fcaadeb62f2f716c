"""What a catalogue and a report look like in numbers: the small tables that the pages show.

Pure functions on the tables of a bundle; no figure and no widget is made here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.evaluation.scores import Report

if TYPE_CHECKING:
    import pandas as pd

    from core.bundle.reader import Bundle
    from core.catalogue.account import Account

FIELD_WORDS = {
    "name": "Name",
    "description": "Description",
    "has_image": "Picture",
    "brand": "Brand",
    "price": "Price",
    "colour": "Colour",
    "usage": "Usage",
    "url": "Web address",
}
"""Column -> what a person calls it; the levels of a category tree are added as they come."""

HOVER_LENGTH = 40  # names are most of what a map sends to the browser
HIDDEN_IF_PRIVATE = ("name", "description", "brand", "url")


def class_counts(table: pd.DataFrame) -> pd.Series:
    """Count the products of each category, the largest first, equal ones by name."""
    counts = table["category"].value_counts()
    return counts.sort_index().sort_values(ascending=False, kind="stable")


def field_columns(table: pd.DataFrame, *, private: bool = False) -> dict[str, str]:
    """Return column -> word for the columns whose gaps are worth showing.

    Parameters
    ----------
    private
        Whether names and descriptions were left out of the bundle: their absence says nothing then.
    """
    levels = [c for c in table.columns if c.startswith("level_")]
    words = FIELD_WORDS | {c: f"Level {c.removeprefix('level_')} of the tree" for c in levels}
    if private:
        words = {"has_text": "Text"} | {c: w for c, w in words.items() if c not in HIDDEN_IF_PRIVATE}
    return {column: word for column, word in words.items() if column in table.columns}


def missing_mask(table: pd.DataFrame, column: str) -> np.ndarray:
    """Return bool (n,): where `column` is empty, not a number, or (for has_...) false."""
    values = table[column]
    if column.startswith("has_"):
        return ~values.to_numpy(dtype=bool)
    if values.dtype.kind in "fiub":
        return values.isna().to_numpy()
    return (values.isna() | (values.astype(str).str.strip() == "")).to_numpy(dtype=bool)


def missing_fields(table: pd.DataFrame, *, private: bool = False) -> pd.DataFrame:
    """Count the gaps of each field: columns field, missing, percent, the emptiest first."""
    import pandas as pd

    words = field_columns(table, private=private)
    counts = {column: int(missing_mask(table, column).sum()) for column in words}
    frame = pd.DataFrame(
        {
            "field": list(words.values()),
            "missing": list(counts.values()),
            "percent": [100 * count / max(1, len(table)) for count in counts.values()],
        }
    )
    return frame.sort_values("missing", ascending=False, kind="stable", ignore_index=True)


def missing_by_class(table: pd.DataFrame, *, private: bool = False) -> pd.DataFrame:
    """Share of each category's products that lack each field; fields without gaps are left out."""
    import pandas as pd

    words = field_columns(table, private=private)
    masks = {word: missing_mask(table, column) for column, word in words.items()}
    gaps = pd.DataFrame({word: mask for word, mask in masks.items() if mask.any()}, index=table.index)
    if gaps.empty or not len(gaps.columns):
        return pd.DataFrame()
    shares = gaps.groupby(table["category"].to_numpy(dtype=object)).mean()
    return shares.loc[class_counts(table).index]


def prices(table: pd.DataFrame) -> np.ndarray:
    """Return float (m,): the prices above zero; empty where the catalogue has none."""
    if "price" not in table.columns:
        return np.empty(0)
    values = table["price"].to_numpy(dtype=float, na_value=np.nan)
    return values[np.isfinite(values) & (values > 0)]


def image_sizes(table: pd.DataFrame) -> pd.DataFrame:
    """Count the products of each picture size: columns width, height, products, the most frequent first."""
    sized = table.loc[table["has_image"] & (table["image_width"] > 0), ["image_width", "image_height"]]
    counts = sized.value_counts().reset_index()
    counts.columns = ["width", "height", "products"]
    return counts


def set_aside_tables(account: Account) -> tuple[pd.DataFrame, pd.DataFrame]:
    """List why rows were set aside, with some of their ids, and the categories too small to use."""
    import pandas as pd

    reasons = [
        {"Reason": each.reason, "Rows": each.count, "For example": ", ".join(each.examples)}
        for each in account.set_aside
        if each.count
    ]
    small = sorted(account.classes_set_aside.items(), key=lambda item: (-item[1], item[0]))
    return pd.DataFrame(reasons), pd.DataFrame(small, columns=["Category too small", "Rows"])


def fault_list(bundle: Bundle, faults: pd.DataFrame) -> pd.DataFrame:
    """Lay rows of `core.faults.table` out for a file; without names where the bundle keeps none."""
    import pandas as pd

    shown = {"sku": "Id", "name": "Name", "category": "Category", "part": "Part"}
    if bundle.private:
        del shown["name"]
    products = bundle.table.iloc[faults["row"]]
    return pd.DataFrame(
        {word: products[column].to_numpy() for column, word in shown.items()}
        | {"Why": faults["reason"].to_numpy(), "What to do": faults["suggestion"].to_numpy()}
    )


def mixups(report: Report) -> pd.DataFrame:
    """List a head's mistakes, most frequent first: true, predicted, products, percent of the class."""
    import pandas as pd

    matrix = np.asarray(report.confusion)
    true, predicted = np.nonzero(matrix * ~np.eye(len(matrix), dtype=bool))
    names = np.asarray(report.classes, dtype=object)
    frame = pd.DataFrame(
        {
            "true": names[true],
            "predicted": names[predicted],
            "products": matrix[true, predicted],
            "percent": 100 * matrix[true, predicted] / np.maximum(matrix.sum(axis=1)[true], 1),
        }
    )
    return frame.sort_values(["products", "percent"], ascending=False, kind="stable", ignore_index=True)


def hover_texts(table: pd.DataFrame) -> np.ndarray:
    """Return str (n,): what a point of the map says: the product's name, or its id, and its category."""
    names = table["name"].where(table["name"] != "", table["sku"]).str.slice(0, HOVER_LENGTH)
    return (names + "<br>" + table["category"]).to_numpy(dtype=object)


def example_rows(table: pd.DataFrame, k: int) -> list[int]:
    """Return up to `k` test rows that have text, of different categories, those with a picture first."""
    test = table[(table["part"] == "test") & table["has_text"]]
    test = test.sort_values("has_image", ascending=False, kind="stable").drop_duplicates("category")
    return [int(row) for row in test.index[:k]]
