"""Names of products to compare them by: as they are written, and without what differs between variants.

A variant is one product in another size or colour. Both are found by words that say little else: numbers with
a unit, clothing sizes, and names of colours. A number alone is never a size: "iPhone 12" and "iPhone 13" are
two products. What is found is replaced, not left out, so that "Onyx S" equals "Onyx M", but not "Onyx".
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from core.catalogue.text import LONGEST
from core.common.letters import MARKS, words_of

if TYPE_CHECKING:
    import pandas as pd

FEWEST_WORDS = 2
"""Words a name must have besides size and colour to tell products apart: "shirt red" is any shirt."""

_SIZE, _COLOUR = "size", "colour"
_NUMBER = r"\d+(?:[.,]\d+)?"
_LETTERS = r"(?:[2-9]\s?xl|x{1,4}l|x{1,3}s|[sml])"
_SIZE_WORDS = "sizes?|sz|grösse|groesse|gr|taille|talla|taglia|maat|tamanho|rozmiar|storlek|размер|eu|uk|us"
_UNITS = (
    "ml|cl|dl|l|ltr|lit(?:er|re)s?|mg|g|gms?|grams?|kgs?|oz|lbs?|mm|cm|m|km|met(?:er|re)s?|inch|inches|zoll|"
    "ft|feet|gb|tb|mb|w|watts?|pcs|pc|pieces?|stk|stück|pk|packs?|count|ct|months?|monate|years?|yrs?|jahre|"
    "мл|л|г|кг|мм|см|м|шт"
)
_SIZES = re.compile(
    "|".join(
        (
            # size M, Größe 38/40, UK 7.5
            rf"\b(?:{_SIZE_WORDS})\b[.:]?\s*(?:{_LETTERS}(?![\w'])|{_NUMBER}(?:\s?[-/–]\s?{_NUMBER})?)",
            # 500 ml, 0.5l, 20 x 30 cm, 6-12 months
            rf"(?<![\w.,]){_NUMBER}(?:\s?[x×*/–-]\s?{_NUMBER})*[\s-]?(?:{_UNITS})\b",
            rf"(?<![\w.,]){_NUMBER}\s?(?:\"|''|″)",
            rf"(?<![\w.,]){_NUMBER}(?:\s?[x×]\s?{_NUMBER})+(?!\w)",
            r"\b(?:pack|set|box) of \d+\b",
            r"\bw\d\d\s?[/x-]?\s?l\d\d\b",
            # XL, S/M; not the s of men's, nor a letter of an abbreviation
            rf"(?<![\w'.&-]){_LETTERS}(?:\s?[/-]\s?{_LETTERS})?(?![\w'&])(?!\.\w)",
            r"\b(?:extra[ -]|x-)?(?:small|medium|large)\b",
        )
    )
)
# Words that often mean something else (cream, mint, rose) are found only as a product's own colour.
_COLOUR_WORDS = (
    "black|white|red|blue|green|yellow|orange|purple|violet|pink|brown|gr[ea]y|beige|navy|turquoise|teal|"
    "maroon|gold|golden|silver|bronze|ivory|khaki|olive|charcoal|lavender|magenta|cyan|burgundy|coral|mustard|lilac|"
    "indigo|graphite|multi-?colou?r(?:ed)?|"
    "schwarz|weiss|rot|blau|grün|gruen|gelb|lila|rosa|braun|grau|türkis|silber|"
    "noire?|blanc|blanche|rouge|bleue?|verte?|jaune|marron|grise?|"
    "negr[oa]|blanc[oa]|roj[oa]|azul|verde|amarill[oa]|morad[oa]|"
    "ner[oa]|bianc[oa]|ross[oa]|blu|giall[oa]|grigi[oa]|"
    "pret[oa]|branc[oa]|vermelh[oa]|amarel[oa]|cinza|"
    "zwart|wit|rood|blauw|groen|geel|bruin|grijs"
)
_SHADES = "dark|light|deep|pale|bright|sky|forest|royal|off|sea|lime|rose|hot|matte|dunkel|hell"
_ONE_COLOUR = rf"(?:(?:{_SHADES})[ -])*(?:{_COLOUR_WORDS})"
_COLOURS = re.compile(rf"\b{_ONE_COLOUR}(?:(?:\s*[/&+,-]\s*| (?:and|und|et|y|e|en) |\s+){_ONE_COLOUR})*\b")
_REPEATED = re.compile(rf"\b({_SIZE}|{_COLOUR})(?: \1)+\b")
_SHORTEST_COLOUR = 3


def normal_name(name: str) -> str:
    """Return `name` without case, punctuation and repeated spaces, to compare names by; vowel signs stay."""
    return _spaced(_folded(name))


def without_size(text: str) -> str:
    """Return `normal_name` of `text` with the word "size" in the place of sizes and quantities."""
    return _REPEATED.sub(r"\1", _spaced(_SIZES.sub(f" {_SIZE} ", _folded(text))))


def without_variant(text: str, colour: str = "") -> str:
    """Return `without_size` of `text` with the word "colour" in the place of colours.

    Parameters
    ----------
    text
        A name or a description.
    colour
        The product's colour where the catalogue states it: it is found in `text` in any language.
    """
    folded = _SIZES.sub(f" {_SIZE} ", _folded(text))
    own = _folded(colour).strip()
    if len(own) >= _SHORTEST_COLOUR and own in folded and not any(letter.isdigit() for letter in own):
        folded = re.sub(rf"(?<![\w{MARKS}]){re.escape(own)}(?![\w{MARKS}])", f" {_COLOUR} ", folded)
    return _REPEATED.sub(r"\1", _spaced(_COLOURS.sub(f" {_COLOUR} ", folded)))


def tells_products_apart(key: str) -> bool:
    """Return whether a key of the two functions above has enough words besides size and colour."""
    return sum(len(word) > 1 and word not in (_SIZE, _COLOUR) for word in key.split()) >= FEWEST_WORDS


def products_of(table: pd.DataFrame) -> list[str]:
    """Return what tells the products of a table apart: the name of each, equal for its variants.

    A product without a name is known by the beginning of its description; "" without both.

    Parameters
    ----------
    table
        Products with columns ``name`` and ``description``, and ``colour`` where the catalogue has it.
    """
    return [
        without_variant(name or description[:LONGEST], colour)
        for name, description, colour in zip(
            table["name"], table["description"], colours_of(table), strict=True
        )
    ]


def colours_of(table: pd.DataFrame) -> list[str]:
    """Return the colour of each product, "" where the catalogue has none."""
    return list(table["colour"]) if "colour" in table.columns else [""] * len(table)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().replace("’", "'")


def _spaced(text: str) -> str:
    return " ".join(words_of(text))
