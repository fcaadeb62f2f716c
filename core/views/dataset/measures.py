"""Texts, pictures and prices category by category: the small tables that the Dataset page shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.views.categories import category_counts

if TYPE_CHECKING:
    import pandas as pd

QUANTILES = {"Low": 0.05, "Quarter": 0.25, "Median": 0.5, "Three quarters": 0.75, "High": 0.95}
"""Column -> which share of the values lies below."""

SHAPES = ("Upright", "Square", "Wide")
SQUARE = 1.05
"""A picture is square while its longer side is at most this many times the shorter one."""
CLEAR = 0.7
"""From this share on one shape is said to be the pictures' shape."""


def spread(values: np.ndarray, categories: np.ndarray) -> pd.DataFrame:
    """Say how the values of each category are spread.

    Parameters
    ----------
    values
        float (n,), NaN where a product has none.
    categories
        str (n,): each product's category.

    Returns
    -------
    DataFrame
        Category, Products (those with a value), then the columns of `QUANTILES`; the largest median first.
        Categories without a value are left out.
    """
    import pandas as pd

    frame = pd.DataFrame({"Category": categories, "value": np.asarray(values, dtype=float)}).dropna()
    grouped = frame.groupby("Category", sort=True)["value"]
    table = grouped.quantile(list(QUANTILES.values())).unstack().reindex(columns=list(QUANTILES.values()))
    table.columns = list(QUANTILES)
    table.insert(0, "Products", grouped.size())
    return table.sort_values("Median", ascending=False, kind="stable").reset_index()


def text_lengths(table: pd.DataFrame) -> np.ndarray:
    """Return float (n,): the characters of each product's text, NaN where it has none."""
    has = table["has_text"].to_numpy(dtype=bool)
    return np.where(has, table["text_length"].to_numpy(dtype=float), np.nan)


def price_column(table: pd.DataFrame) -> np.ndarray:
    """Return float (n,): each product's price, NaN where it has none above zero."""
    if "price" not in table.columns:
        return np.full(len(table), np.nan)
    values = table["price"].to_numpy(dtype=float, na_value=np.nan)
    return np.where(np.isfinite(values) & (values > 0), values, np.nan)


def shapes(table: pd.DataFrame) -> np.ndarray:
    """Return int (n,): the shape of each product's picture, a position in `SHAPES`; -1 without a picture."""
    width, height = (table[f"image_{side}"].to_numpy(dtype=float) for side in ("width", "height"))
    known = table["has_image"].to_numpy(dtype=bool) & (width > 0) & (height > 0)
    ratio = np.divide(width, height, out=np.ones(len(table)), where=known)
    shape = np.where(ratio > SQUARE, 2, np.where(ratio * SQUARE < 1, 0, 1))
    return np.where(known, shape, -1)


def shape_table(table: pd.DataFrame) -> pd.DataFrame:
    """Count each category's images by shape: Category, Pictures, then `SHAPES`; the largest first."""
    import pandas as pd

    shape, category = shapes(table), table["category"].to_numpy(dtype=object)
    known = shape >= 0
    counts = pd.DataFrame({"Category": category_counts(table[known]).index.to_numpy(dtype=object)})
    counts["Pictures"] = 0
    for number, word in enumerate(SHAPES):
        of_shape = pd.Series(category[shape == number]).value_counts()
        counts[word] = of_shape.reindex(counts["Category"], fill_value=0).to_numpy(dtype=np.int64)
    counts["Pictures"] = counts[list(SHAPES)].sum(axis=1)
    return counts


def image_summary(table: pd.DataFrame) -> str:
    """Say in words how large the pictures are and what shape most of them have; "" without pictures."""
    shape = shapes(table)
    known = shape >= 0
    if not known.any():
        return ""
    width, height = (table[f"image_{side}"].to_numpy(dtype=np.int64)[known] for side in ("width", "height"))
    counts = np.bincount(shape[known], minlength=len(SHAPES))
    most = int(counts.argmax())
    share = counts[most] / counts.sum()
    how_many = "All" if share == 1 else f"{share:.1%}" if share < 0.9995 else "Nearly all"
    said = f"**{how_many} of the {counts.sum():,} pictures are {SHAPES[most].lower()}**"
    if share < CLEAR:
        mix = ", ".join(
            f"{n / counts.sum():.0%} {word.lower()}" for n, word in zip(counts, SHAPES, strict=True)
        )
        said = f"**Of the {counts.sum():,} pictures {mix}**".replace(" upright", " are upright", 1)
    longer = np.maximum(width, height)
    small, large = longer.argmin(), longer.argmax()
    if longer[small] == longer[large]:
        return f"{said}; the longer side of each has {longer[large]:,} pixels."
    ends = (f"{width[at]:,} × {height[at]:,}" for at in (small, large))
    middle = f"{np.median(longer):,.0f} pixels or more on their longer side"
    return f"{said}; half of them have {middle}. {{}} pixels are the smallest, {{}} the largest.".format(
        *ends
    )


def image_sizes(table: pd.DataFrame) -> pd.DataFrame:
    """Count the products of each picture size: columns width, height, products, the most frequent first."""
    sized = table.loc[table["has_image"] & (table["image_width"] > 0), ["image_width", "image_height"]]
    counts = sized.value_counts().reset_index()
    counts.columns = ["width", "height", "products"]
    return counts


def has_prices(table: pd.DataFrame) -> bool:
    """Return whether any product has a price above zero."""
    return bool((price_column(table) > 0).any())
