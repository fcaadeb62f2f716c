"""Text lengths, image sizes and prices by category: the small tables of the *Dataset* page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.views.categories import category_counts
from core.views.formatting import counted, percent

if TYPE_CHECKING:
    import pandas as pd

QUANTILES = {"5%": 0.05, "25%": 0.25, "Median": 0.5, "75%": 0.75, "95%": 0.95}
"""Column -> quantile."""

SHAPES = ("Upright", "Square", "Wide")
SQUARE = 1.05
"""An image counts as square while its longer side is at most this many times its shorter side."""
CLEAR = 0.7
"""From this share on, the summary names one shape only."""


def spread(values: np.ndarray, categories: np.ndarray) -> pd.DataFrame:
    """Return quantiles of the values of each category.

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
    table = pd.DataFrame({name: grouped.quantile(quantile) for name, quantile in QUANTILES.items()})
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
    """Return int (n,): the shape of each product's image, a position in `SHAPES`; -1 without an image."""
    width, height = (table[f"image_{side}"].to_numpy(dtype=float) for side in ("width", "height"))
    known = table["has_image"].to_numpy(dtype=bool) & (width > 0) & (height > 0)
    ratio = np.divide(width, height, out=np.ones(len(table)), where=known)
    shape = np.where(ratio > SQUARE, 2, np.where(ratio * SQUARE < 1, 0, 1))
    return np.where(known, shape, -1)


def shape_table(table: pd.DataFrame) -> pd.DataFrame:
    """Count each category's images by shape: Category, Images, then `SHAPES`; the largest first."""
    import pandas as pd

    shape, category = shapes(table), table["category"].to_numpy(dtype=object)
    known = shape >= 0
    counts = pd.DataFrame({"Category": category_counts(table[known]).index.to_numpy(dtype=object)})
    counts["Images"] = 0
    for number, word in enumerate(SHAPES):
        of_shape = pd.Series(category[shape == number]).value_counts()
        counts[word] = of_shape.reindex(counts["Category"], fill_value=0).to_numpy(dtype=np.int64)
    counts["Images"] = counts[list(SHAPES)].sum(axis=1)
    return counts


def image_summary(table: pd.DataFrame) -> str:
    """Return which shape and size the images have, in a sentence or two; "" without images."""
    shape = shapes(table)
    known = shape >= 0
    if not known.any():
        return ""
    width, height = (table[f"image_{side}"].to_numpy(dtype=np.int64)[known] for side in ("width", "height"))
    return (
        f"{_shape_sentence(np.bincount(shape[known], minlength=len(SHAPES)))} {_size_sentence(width, height)}"
    )


def _shape_sentence(counts: np.ndarray) -> str:
    total, most = int(counts.sum()), int(counts.argmax())
    share = counts[most] / total
    if share < CLEAR:
        mix = ", ".join(
            f"{percent(count / total)} {shape.lower()}" for shape, count in zip(SHAPES, counts, strict=True)
        )
        return f"**Of {counted(total, 'image')}, {mix}.**"
    part = "All" if share == 1 else percent(share) if share < 0.9995 else "Nearly all"
    return (
        f"**{part} of the {counted(total, 'image')} {'are' if total > 1 else 'is'} {SHAPES[most].lower()}.**"
    )


def _size_sentence(width: np.ndarray, height: np.ndarray) -> str:
    longer = np.maximum(width, height)
    small, large = longer.argmin(), longer.argmax()
    if longer[small] == longer[large]:
        return f"The longer side is {longer[large]:,} pixels throughout."
    return (
        f"Sizes range from {width[small]:,} × {height[small]:,} to {width[large]:,} × {height[large]:,} "
        f"pixels; the median longer side is {np.median(longer):,.0f} pixels."
    )


def image_sizes(table: pd.DataFrame) -> pd.DataFrame:
    """Count the products of each image size: columns width, height, products, the most frequent first."""
    sized = table.loc[table["has_image"] & (table["image_width"] > 0), ["image_width", "image_height"]]
    counts = sized.value_counts().reset_index()
    counts.columns = ["width", "height", "products"]
    return counts


def has_prices(table: pd.DataFrame) -> bool:
    """Return whether any product has a price above zero."""
    return bool((price_column(table) > 0).any())
