"""Make a product's text from its name and description, for building and for predicting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.catalogue.values.texts import cut, plain, without_prefix

if TYPE_CHECKING:
    import pandas as pd

LONGEST = 2000  # characters kept; MiniLM reads 256 tokens, about 1,000 to 1,500 characters


def product_text(name: str, description: str) -> str:
    """Return the text an encoder sees: the name, then the description without the name at its start.

    Parameters
    ----------
    name, description : str
        As in the source; either may be empty.

    Returns
    -------
    str
        At most 2,000 characters; "" when both are empty.
    """
    name, description = plain(name), plain(description)
    rest = without_prefix(description, name) if name else None
    if rest is not None:
        description = rest.lstrip(" .,:;-|")
    return cut(f"{name}. {description}" if name and description else name or description, LONGEST).rstrip()


def product_texts(table: pd.DataFrame) -> list[str]:
    """Return `product_text` of each row of a table with columns ``name`` and ``description``."""
    names, descriptions = table["name"].tolist(), table["description"].tolist()
    return [product_text(*pair) for pair in zip(names, descriptions, strict=True)]
