"""What the colours of a map mean: categories, answers of a model, splits, columns of the table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from core.bundle.reader import Bundle
from core.views.categories import category_counts
from core.views.fields import FIELD_NAMES
from core.views.maps import layers as maps
from core.views.maps.layers import Layer
from core.views.models.answers import Answers

if TYPE_CHECKING:
    import pandas as pd


CATEGORY, PREDICTED, VERDICT, CONFIDENCE, PART, COLUMN = (
    *("category", "predicted", "verdict", "confidence", "part", "column"),
)

COLOUR_BY = {
    CATEGORY: "Category",
    PREDICTED: "Predicted",
    VERDICT: "Right or wrong",
    CONFIDENCE: "Confidence",
    PART: "Split part",
    COLUMN: "Column",
}

ANSWERED = (PREDICTED, VERDICT, CONFIDENCE)
"""Colourings that need a head's answers, which there are for test rows."""

PARTS = ("train", "validation", "test")

MANY = 400
"""A column with more values than this tells nothing by its colours."""

_SHOWN_ELSEWHERE = {"sku", "name", "description", "category", "part", "group", "image", "image_digest", "url"}

_WORDS = FIELD_NAMES | {
    "text_length": "Length of the text",
    "image_width": "Width of the picture",
    "image_height": "Height of the picture",
}


def colour_columns(table: pd.DataFrame) -> dict[str, str]:
    """Return column -> word for the columns a map can be coloured by: numbers, and texts of few values."""
    found = {}
    for name in table.columns:
        if name in _SHOWN_ELSEWHERE:
            continue
        texts = named_values(table, name)
        kinds = table[name].nunique() if texts is None else len(set(texts) - {""})
        if kinds < 2 or (texts is not None and kinds > min(MANY, len(table) / 2)):
            continue
        level = f"Level {name.removeprefix('level_')} of the tree" if name.startswith("level_") else None
        found[name] = level or _WORDS.get(name) or str(name).replace("_", " ").capitalize()
    return found


def named_values(table: pd.DataFrame, column: str) -> np.ndarray | None:
    """Return str (n,), "" where empty; None for a column of numbers."""
    values = table[column]
    if values.dtype.kind == "b":
        return np.where(values.to_numpy(), "yes", "no").astype(object)
    if values.dtype.kind in "iuf":
        return None
    return values.fillna("").astype(str).str.strip().to_numpy(dtype=object)


def colour_choices(table: pd.DataFrame, colour_by: str, column: str | None = None) -> list[str]:
    """List what can have a colour of its own, the most frequent first; nothing where colours are given."""
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
    found: Answers | None = None,
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
        What has a colour of its own, from :func:`choices`.
    column
        For `COLUMN`: which.
    found
        For `ANSWERED`: what the head says.
    inside
        bool (n,): which products of the catalogue the sidebar lets through; the others come first, in grey,
        and cannot be picked. None for all.
    """
    if inside is not None and not inside[rows].all():
        kept = inside[rows]
        rest = Layer(maps.FILTERED, rows[~kept], maps.REST, pickable=False)
        return [rest, *coloured_layers(bundle, rows[kept], colour_by, coloured, column=column, found=found)]
    table = bundle.table
    if colour_by == PART:
        return maps.category_layers(table["part"].to_numpy(dtype=object), rows, PARTS)
    if colour_by == COLUMN:
        values = named_values(table, str(column))
        if values is None:
            return maps.band_layers(table[column].to_numpy(dtype=float, na_value=np.nan), rows)
        return maps.category_layers(values, rows, coloured, unknown="not known")
    categories = table["category"].to_numpy(dtype=object)
    if colour_by == CATEGORY:
        return maps.category_layers(categories, rows, coloured)
    if found is None:
        raise ValueError(f"expected a head's answers to colour by {colour_by}, got none")
    if colour_by == CONFIDENCE:
        return maps.scale_layers(_confidences(bundle, found), rows, "Confidence")
    predicted = _predicted(bundle, found)
    if colour_by == VERDICT:
        return maps.verdict_layers(categories, predicted, rows)
    return maps.category_layers(predicted, rows, coloured)


def label_positions(bundle: Bundle, coordinates: np.ndarray, drawn: Sequence[Layer]) -> dict[str, np.ndarray]:
    """Return where to write which names on a flat map (see `core.views.maps.layers.centres`).

    The names are those of the layers that stand for a value; where colours mean right and wrong, a confidence
    or a part of the split, those of the largest categories.
    """
    names = {layer.name for layer in drawn if layer.colour is None and layer.values is None}
    if not names or names == set(PARTS):
        rows = np.flatnonzero(np.isfinite(coordinates).all(axis=1))
        drawn = coloured_layers(
            bundle, rows, CATEGORY, colour_choices(bundle.table, CATEGORY)[: maps.COLOURS]
        )
    return maps.centres(coordinates, drawn)


def _predicted(bundle: Bundle, found: Answers) -> np.ndarray:
    named = np.full(len(bundle.table), "", dtype=object)
    named[found.rows] = np.asarray(bundle.classes, dtype=object)[found.predicted]
    return named


def _confidences(bundle: Bundle, found: Answers) -> np.ndarray:
    sure = np.full(len(bundle.table), np.nan)
    sure[found.rows] = found.proba[np.arange(len(found.rows)), found.predicted]
    return sure
