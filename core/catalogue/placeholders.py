"""Placeholders: an image that many different products show, such as "no image available"."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from core.catalogue.account import Placeholder
from core.catalogue.product_names import products_of
from core.catalogue.sharing import FEWEST, shared_by_many

if TYPE_CHECKING:
    import pandas as pd


def find_placeholders(table: pd.DataFrame) -> dict[str, Placeholder]:
    """Return the images that show none of the products that have them: digest -> file and products.

    As the image of a product, a placeholder would teach models that it looks like a category, and make equal
    products of all that show it.

    Parameters
    ----------
    table
        Products with columns ``name, description, category, image, image_digest``.
    """
    digests = list(table["image_digest"])
    if max(Counter(filter(None, digests)).values(), default=0) < FEWEST:
        return {}
    products = [
        # Without a text, two rows of a category may be one product.
        product or f"\0{category}"
        for product, category in zip(products_of(table), table["category"], strict=True)
    ]
    found = shared_by_many(digests, products, list(table["category"]))
    placeholders: dict[str, Placeholder] = {}
    for digest, file in zip(digests, table["image"], strict=True):
        if digest in found:
            known = placeholders.get(digest)
            placeholders[digest] = Placeholder(
                known.file if known else file, known.products + 1 if known else 1
            )
    return placeholders
