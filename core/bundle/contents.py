"""What the tables of a bundle must hold, against its manifest and each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.bundle.layout import CATALOGUE, FAULTS, OUT_OF_FOLD, WORDS
from core.bundle.tables import checked_columns, checked_values
from core.common.errors import BundleError
from core.faults.fault_table import KINDS

if TYPE_CHECKING:
    import pandas as pd

PARTS = ("train", "validation", "test")
TITLE = ("sku", "name", "category")
"""Columns that name a product."""
MOST_TEXTS = 1 << 40
"""Of a category: more are no count."""
_PRODUCTS = {
    **dict.fromkeys((*TITLE, "description", "image", "part"), "t"),
    **dict.fromkeys(("has_text", "has_image"), "b"),
    "group": "i",
}
_FAULTS = {
    **dict.fromkeys(("row", "other"), "i"),
    **dict.fromkeys(("kind", "reason", "suggestion"), "t"),
    "score": "f",
    "is_issue": "b",
}


def checked_products(table: pd.DataFrame, classes: Sequence[str]) -> pd.DataFrame:
    """Return the table of products if it is one, of these categories.

    Raises
    ------
    BundleError
        It is something else.
    """
    checked_columns(table, _PRODUCTS, CATALOGUE)
    expected = {
        "sku": (~table["sku"].duplicated(), "each product once"),
        "category": (table["category"].isin(list(classes)), "one of the categories"),
        "part": (table["part"].isin(PARTS), f"one of {', '.join(PARTS)}"),
    }
    checked_values(table, expected, CATALOGUE)
    return table


def checked_faults(table: pd.DataFrame, n: int) -> pd.DataFrame:
    """Return the table of faults if it is one, of n products; BundleError where it is not."""
    checked_columns(table, _FAULTS, FAULTS)
    expected = {
        "row": (table["row"].between(0, n - 1), f"positions from 0 to {n - 1}"),
        "other": (table["other"].between(-1, n - 1), f"positions from -1 to {n - 1}"),
        "kind": (table["kind"].isin(list(KINDS)), f"one of {', '.join(KINDS)}"),
        "score": (table["score"].between(0, 1), "numbers from 0 to 1"),
    }
    checked_values(table, expected, FAULTS)
    return table


def checked_words(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table of words if it is one (`core.bundle.marking_words`); BundleError where it is not."""
    checked_columns(table, {**dict.fromkeys(("split", "category", "word"), "t"), "texts": "i"}, WORDS)
    splits = ("", *PARTS)
    expected = {
        "split": (table["split"].isin(splits), "a split, or none"),
        "texts": (table["texts"].between(1, MOST_TEXTS), "how many texts"),
    }
    checked_values(table, expected, WORDS)
    if len(table) and not (table.drop_duplicates("split")["word"] == "").all():
        raise BundleError(f"{WORDS}.word: expected the number of all texts first, got a word")
    return table


def checked_out_of_fold(table: pd.DataFrame, n: int, k: int, modalities: Sequence[str]) -> pd.DataFrame:
    """Return the table of out-of-fold probabilities if it is one, of n products and k categories.

    Raises
    ------
    BundleError
        It is something else.
    """
    kinds = {"row": "i", "modality": "t", "category": "i", "share": "f"}
    checked_columns(table, kinds, OUT_OF_FOLD)
    expected = {
        "row": (table["row"].between(0, n - 1), f"positions from 0 to {n - 1}"),
        "modality": (table["modality"].isin(list(modalities)), f"one of {', '.join(modalities)}"),
        "category": (table["category"].between(0, k - 1), f"positions from 0 to {k - 1}"),
        "share": (table["share"].between(0, 1), "numbers from 0 to 1"),
    }
    checked_values(table, expected, OUT_OF_FOLD)
    return table


def checked_predictions(table: pd.DataFrame, name: str, classes: Sequence[str]) -> pd.DataFrame:
    """Return the predictions of an input's models if they are of these categories.

    Raises
    ------
    BundleError
        They are something else.
    """
    shares = {f"p:{category}": "f" for category in classes}
    kinds = {**dict.fromkeys(("head", "sku", "true", "predicted"), "t"), "confidence": "f", **shares}
    lacking = [column for column in kinds if column not in table.columns]
    if lacking:
        raise BundleError(f"{name}: expected a column {lacking[0]!r}, got none")
    for column, kind in kinds.items():
        if kind == "f" and table[column].dtype.kind not in "fi":
            raise BundleError(f"{name}.{column}: expected numbers, got {table[column].dtype}")
    numbers = [column for column, kind in kinds.items() if kind == "f"]
    named = ("true", "predicted")
    expected = {
        **{column: (table[column].isin(list(classes)), "one of the categories") for column in named},
        **{column: (table[column].between(0, 1.001), "numbers from 0 to 1") for column in numbers},
    }
    checked_values(table, expected, name)
    return table
