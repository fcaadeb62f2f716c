"""Numbers in text: what they are written with, whichever their sign for decimals is.

A number's shape says which of its signs separate thousands and which the decimals. Only one shape leaves it
open: one point or comma before exactly three digits ("1.299"), which `Shape.open_sign` names.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

GROUP = 3
"""Digits between signs that separate thousands."""

_SPACES = "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t\n\r"
_DIRECTIONS = "\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069\u200b\ufeff"
_PLAIN = {
    letter: plain
    for letters, plain in (
        (_SPACES, " "),
        (_DIRECTIONS, ""),
        ("`’‘ʼ＇´′", "'"),
        ("٫．。", "."),
        ("٬，、", ","),
        ("−﹣－‐‑", "-"),
        ("–—―", "–"),
        ("％٪", "%"),
        ("＋", "+"),
    )
    for letter in letters
}

# A point or comma may stand first (".99"), but not after a letter ("Rs.99").
NUMBER = re.compile(
    r"(?:(?<![\w.,])(?<!\d )[.,])?\d++(?:[.,']\d++| \d{3}(?!\d))*+(?:[eE][+-]?\d{1,3}(?![\w.,]))?"
)
"""A number without its sign, in a text that `normal_number_text` made."""


def normal_number_text(text: str) -> str:
    """Return `text` with ASCII digits, spaces and signs in place of those of other scripts."""
    for letter in set(text):
        plain = _PLAIN.get(letter)
        if plain is None and letter > "\x7f" and letter.isdecimal():
            plain = str(unicodedata.decimal(letter))
        if plain is not None:
            text = text.replace(letter, plain)
    return text


@dataclass(frozen=True, slots=True)
class Shape:
    """How a number is written.

    Attributes
    ----------
    decimal
        The sign that certainly separates decimals, "" if none does.
    grouping
        The sign that certainly separates thousands, "" if none does.
    open_sign
        The sign that may be either, "" if none may.
    """

    decimal: str = ""
    grouping: str = ""
    open_sign: str = ""

    def drop(self, open_is_decimal: bool) -> str:
        """Return the sign to drop from a number of this shape, "" for none."""
        return self.grouping or ("" if open_is_decimal else self.open_sign)

    def has_comma(self, open_is_decimal: bool) -> bool:
        """Return whether a comma separates its decimals; `open_is_decimal` says what an open sign is."""
        return self.decimal == "," or (open_is_decimal and self.open_sign == ",")


def shape_of(number: str) -> Shape | None:
    """Return the shape of a match of `NUMBER`, None if its signs make no sense ("1.2.3", a date).

    Spaces and apostrophes always separate thousands.
    """
    number, _, power = number.lower().partition("e")
    spaced = "'" if "'" in number else " " if " " in number else ""
    points, commas = number.count("."), number.count(",")
    if spaced:
        if points + commas > 1:
            return None
        sign = "." if points else "," if commas else ""
        head, _, fraction = number.partition(sign) if sign else (number, "", "0")
        return _grouped(head, spaced, sign) if fraction.isdigit() else None
    if points and commas:
        decimal, grouping = (".", ",") if number.rfind(".") > number.rfind(",") else (",", ".")
        return _grouped(number.rpartition(decimal)[0], grouping, decimal)
    if not points and not commas:
        return Shape()
    sign = "." if points else ","
    if points + commas > 1:
        return _grouped(number, sign)
    head, _, fraction = number.partition(sign)
    if len(fraction) == GROUP and 0 < len(head) <= GROUP and head[0] != "0" and not power:
        return Shape(open_sign=sign)
    return Shape(decimal=sign)


def _grouped(head: str, sign: str, decimal: str = "") -> Shape | None:
    """Return the shape of thousands in groups of three or Indian ones ("1,23,456"); None for others."""
    groups = head.split(sign)
    inner = {len(group) for group in groups[1:-1]}
    good = len(groups[-1]) == GROUP and (
        (inner <= {GROUP} and 0 < len(groups[0]) <= GROUP) or (inner == {2} and 0 < len(groups[0]) <= 2)
    )
    return Shape(decimal, sign) if good and all(group.isdigit() for group in groups) else None
