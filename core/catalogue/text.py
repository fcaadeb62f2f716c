"""The one way a product's text is made, for building and for predicting."""

from __future__ import annotations

import html
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

LONGEST = 2000  # characters kept; MiniLM reads 256 tokens, about 1,000 to 1,500 characters

_ESCAPED = 4  # times an entity may be escaped
# Limited spans keep the time linear on text that opens and never closes.
_HIDDEN = re.compile(r"<!--.{0,2000}?-->|<(script|style)\b.{0,2000}?</\1\s*>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,500}>")
# Control characters, soft hyphens, zero-width spaces and byte order marks; whitespace is left to split().
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b\ufeff]")


def plain(text: str) -> str:
    """Return `text` without HTML, control characters or repeated whitespace, in Unicode normal form C.

    Entities escaped several times ("&amp;amp;" for "&") are resolved as often, so that plain text stays as it
    is when it comes through again.
    """
    for _ in range(_ESCAPED):
        if "&" not in text:
            break
        text = html.unescape(text)
    if "<" in text:
        text = _TAG.sub(" ", _HIDDEN.sub(" ", text))
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return " ".join(_UNSEEN.sub("", text).split())


def product_text(name: str, description: str) -> str:
    """Return the text an encoder sees: the name, then the description without the name at its start.

    Parameters
    ----------
    name, description : str
        As the source has them; either may be empty.

    Returns
    -------
    str
        At most 2,000 characters; "" when both are empty.
    """
    name, description = plain(name), plain(description)
    if name and description.casefold().startswith(name.casefold()):
        description = description[len(name) :].lstrip(" .,:;-|")
    return (f"{name}. {description}" if name and description else name or description)[:LONGEST].rstrip()


def product_texts(table: pd.DataFrame) -> list[str]:
    """Return `product_text` of each row of a table with columns ``name`` and ``description``."""
    return [product_text(*pair) for pair in zip(table["name"], table["description"], strict=True)]
