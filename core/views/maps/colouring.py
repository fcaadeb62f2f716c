"""What the colours of a map mean: categories, answers of a model, splits, columns of the table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from core.bundle.reader import Bundle
from core.views.categories import category_counts
from core.views.fields import FIELD_NAMES, level_name
from core.views.maps import layers as maps
from core.views.maps.layers import Layer
from core.views.maps.numbers import NUMBERS
from core.views.models.answers import Answers

if TYPE_CHECKING:
    import pandas as pd


CATEGORY, PREDICTED, CORRECT, CONFIDENCE, DOUBT, REVIEW, SPLIT, COLUMN = (
    *("category", "predicted", "correct", "confidence", "doubt", "review", "split", "column"),
)

COLOUR_BY = {
    CATEGORY: "Category",
    PREDICTED: "Predicted category",
    CORRECT: "Correct or wrong",
    CONFIDENCE: "Confidence",
    DOUBT: "Doubt",
    REVIEW: "Needs review",
    SPLIT: "Split",
    **{number: what.name for number, what in NUMBERS.items()},
    COLUMN: "Column",
}

ANSWERED = (PREDICTED, CORRECT, CONFIDENCE, DOUBT, REVIEW)
"""Colourings that need a model's answers, which exist for test products."""

SPLITS = ("train", "validation", "test")

MANY = 400
"""A column of more values than this is not offered: its colours would tell nothing."""

_NOT_OFFERED = {
    *("sku", "parent", "name", "description", "category", "category_path", "part", "group"),
    *("image", "images", "image_digest", "url"),
}

_NAMES = FIELD_NAMES | {
    "has_text": "Text",
    "text_length": "Text length",
    "image_width": "Image width",
    "image_height": "Image height",
}


def colour_columns(table: pd.DataFrame) -> dict[str, str]:
    """Return column -> name for the columns a map can be coloured by: numbers, and texts of few values."""
    offered = {}
    for column in table.columns:
        if column in _NOT_OFFERED:
            continue
        is_number, kinds = table[column].dtype.kind in "iuf", _kinds(table[column])
        if kinds < 2 or (not is_number and kinds > min(MANY, len(table) / 2)):
            continue
        offered[column] = _column_name(str(column))
    return offered


def _kinds(values: pd.Series) -> int:
    """Count the different values of a column; texts without spaces around them, and not empty ones."""
    different = values.dropna().unique()
    if values.dtype.kind in "biuf":
        return len(different)
    return len({str(text).strip() for text in different} - {""})


def _column_name(column: str) -> str:
    if column.startswith("level_"):
        return level_name(column)
    return _NAMES.get(column) or column.replace("_", " ").capitalize()


def named_values(table: pd.DataFrame, column: str) -> np.ndarray | None:
    """Return str (n,), "" where empty; None for a column of numbers."""
    values = table[column]
    if values.dtype.kind == "b":
        return np.where(values.to_numpy(), "yes", "no").astype(object)
    if values.dtype.kind in "iuf":
        return None
    return values.fillna("").astype(str).str.strip().to_numpy(dtype=object)


def colour_choices(table: pd.DataFrame, colour_by: str, column: str | None = None) -> list[str]:
    """List the values that can have their own colour, the most frequent first; none for a fixed scale."""
    if colour_by in (CATEGORY, PREDICTED):
        return [str(name) for name in category_counts(table).index]
    values = named_values(table, column) if colour_by == COLUMN and column else None
    if values is None:
        return []
    names, counts = np.unique(values[values != ""].astype(str), return_counts=True)
    return [str(name) for name in names[np.argsort(-counts, kind="stable")]]


def coloured_layers(
    bundle: Bundle,
    rows: np.ndarray,
    colour_by: str,
    coloured: Sequence[str] = (),
    *,
    column: str | None = None,
    answers: Answers | None = None,
    reviewed: np.ndarray | None = None,
    number: np.ndarray | None = None,
    inside: np.ndarray | None = None,
) -> list[Layer]:
    """Return the layers of a map, the lowest first.

    Parameters
    ----------
    bundle
        Whose products.
    rows
        int64 (m,): the products on the map.
    colour_by
        One of `COLOUR_BY`.
    coloured
        The values with a colour of their own, from :func:`colour_choices`.
    column
        For `COLUMN`: which.
    answers
        For `ANSWERED`: those of the model.
    reviewed
        For `REVIEW`: bool, one for each answer, whether it needs review (`core.views.models.accepted`).
    number
        For `NUMBERS`: float (n,), one for each product of the catalogue, NaN where there is none.
    inside
        bool (n,): which products of the catalogue are selected in the sidebar; the others come first, in
        grey, and cannot be picked. None for all.
    """
    if inside is not None and not inside[rows].all():
        kept = inside[rows]
        rest = Layer(maps.FILTERED, rows[~kept], maps.REST, pickable=False)
        drawn = coloured_layers(
            bundle,
            rows[kept],
            colour_by,
            coloured,
            column=column,
            answers=answers,
            reviewed=reviewed,
            number=number,
        )
        return [rest, *drawn]
    table = bundle.table
    if colour_by == SPLIT:
        return maps.category_layers(table["part"].to_numpy(dtype=object), rows, SPLITS)
    if colour_by == COLUMN:
        values = named_values(table, str(column))
        if values is None:
            return maps.band_layers(table[column].to_numpy(dtype=float, na_value=np.nan), rows)
        return maps.category_layers(values, rows, coloured, unknown="unknown")
    if colour_by in NUMBERS:
        if number is None:
            raise ValueError(f"expected a number of each product to colour by {colour_by}, got none")
        return maps.band_layers(number, rows)
    categories = table["category"].to_numpy(dtype=object)
    if colour_by == CATEGORY:
        return maps.category_layers(categories, rows, coloured)
    if answers is None:
        raise ValueError(f"expected a model's answers to colour by {colour_by}, got none")
    if colour_by == CONFIDENCE:
        return maps.scale_layers(answers.confidences(len(table)), rows, "Confidence")
    if colour_by == DOUBT:
        return maps.scale_layers(1 - answers.confidences(len(table)), rows, "Doubt (1 - confidence)")
    if colour_by == REVIEW:
        if reviewed is None:
            raise ValueError("expected whether each answer needs review, got none")
        return maps.review_layers(answers.rows, reviewed, rows)
    predicted = answers.predicted_names(bundle.classes, len(table))
    if colour_by == CORRECT:
        return maps.correctness_layers(categories, predicted, rows)
    return maps.category_layers(predicted, rows, coloured)


def label_positions(bundle: Bundle, coordinates: np.ndarray, drawn: Sequence[Layer]) -> dict[str, np.ndarray]:
    """Return the names to write on a flat map, and where (see `core.views.maps.layers.centres`).

    The names are those of the coloured values; where colours show correctness, confidence or the split, they
    are those of the largest categories.
    """
    names = {layer.name for layer in drawn if layer.colour is None and layer.values is None}
    if not names or names == set(SPLITS):
        rows = np.flatnonzero(np.isfinite(coordinates).all(axis=1))
        drawn = coloured_layers(
            bundle, rows, CATEGORY, colour_choices(bundle.table, CATEGORY)[: maps.COLOURS]
        )
    return maps.centres(coordinates, drawn)
