"""Make a product's text from its name and description, for building and for predicting."""

from __future__ import annotations

import html
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

LONGEST = 2000  # characters kept; MiniLM reads 256 tokens, about 1,000 to 1,500 characters

_ESCAPED = 4  # HTML entities are unescaped up to this many times
# Limited spans keep the time linear on text with unclosed tags.
_HIDDEN = re.compile(r"<!--.{0,2000}?-->|<(script|style)\b.{0,2000}?</\1\s*>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,500}>")
# Control characters, soft hyphens, zero-width spaces and byte order marks; whitespace is left to split().
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b\ufeff]")


def plain(text: str) -> str:
    """Return `text` without HTML, control characters or repeated whitespace, in Unicode normal form C.

    Entities that are escaped repeatedly ("&amp;amp;" for "&") are fully unescaped, so that applying `plain`
    again changes nothing.
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
        As in the source; either may be empty.

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
