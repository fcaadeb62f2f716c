"""One price cell: its numbers, whose open signs only the column can tell, and the currency it names.

What a cell says depends on its digits only by where they stand, so that a million prices are read by a few
hundred patterns: their digits but 0 replaced by 1.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from core.catalogue.values.currencies import Currency, currency_of
from core.catalogue.values.numbers import NUMBER, Shape, normal_number_text, shape_of

PRICE, RANGE, FREE, NEGATIVE = "price", "range", "free", "negative"
EMPTY, PERCENT, NO_NUMBER = "empty", "percent", "no number"
"""What cells can be; only the first four have a value."""

_LONGEST = 200  # characters of a cell that can be a price
_MOST_RAW = 4 * _LONGEST  # the same with signs that are dropped
_TOO_LONG = "?"
_BETWEEN = "\x1f"  # stands between cells that are read at once
_AT_ONCE = 1 << 14
_MOST_SIGNS = 24  # of a number, with its separators
_LARGEST_POWER = 15
_POWER = re.compile(r"\d[eE][+-]?\d")
_FREE = re.compile(
    r"\b(?:free|gratis|kostenlos|kostenfrei|gratuite?|offerte?|gratuit[oa]|grátis|omaggio|darmow[eya]|"
    r"za darmo|бесплатно|даром|ücretsiz|bedava)\b|無料|免费|免費",
    re.IGNORECASE,
)
_COLON = re.compile(r"(?<=\d):(?=\d\d(?!\d))")  # Swedish and Swiss: 12:50
_SIGN_AS_POINT = re.compile(r"(?<=\d)([€£$])(\d\d)(?![\d.,€£$])")  # French: 12€50
_DASH = re.compile(r"([.,])\s?[-–]{1,2}(?!\s?\d)")  # 1.980,- and 1299.–
_MINUS = re.compile(r"\D*-\s?[^\d\s-]{0,4}\s?")
_BRACKETS = re.compile(r"\([^\d()]{0,4}\d[^()]*\)")  # ($5.00) is negative in accounts
_THOUSANDS = re.compile(
    r"\s?(?:k|tsd|mio|mil|тыс|млн|bin|lakh|crore|千|万|萬|億|亿)(?![^\W\d_])", re.IGNORECASE
)
_NEAR = 6  # characters in which a currency stands beside its number
_AMOUNT = re.compile(
    r"(?:/|\b(?:per|pro|je|par|por|al|za|за|of|for|für|pour|voor)\b|[x×])\s*$", re.IGNORECASE
)
_COUNTED = re.compile(
    r"\s*(?:[x×]\s*\d|(?:for|für|pour|voor|por|per|za|stk|pcs|pieces|stück)\b)", re.IGNORECASE
)
_RANGE = re.compile(
    r"\d\s?[^\d\s]{0,4}\s?(?:-|–|to|bis|à|a|до|~|〜|～|…|\.\.+)\s?[^\d\s]{0,4}\s?[\d.]", re.IGNORECASE
)


class Number(NamedTuple):
    """Where a number stands and what its signs are.

    `open_is_thousands`: its open sign separates thousands for sure ("1.980,-").
    """

    start: int
    end: int
    shape: Shape
    negative: bool
    open_is_thousands: bool


class PriceCell(NamedTuple):
    """What the cells of a pattern are, the numbers in it that are prices, and the currency it names."""

    kind: str
    numbers: tuple[Number, ...] = ()
    currency: Currency | None = None


class Pattern(NamedTuple):
    """A pattern in a column: the first cell that has it, what such cells say, and how many there are."""

    example: str
    cell: PriceCell
    cells: int


_ONES = bytes.maketrans(b"23456789", b"11111111")


def patterns_of(cells: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the texts of cells, with ASCII digits and plain signs, and their patterns."""
    texts: list[str] = []
    patterns: list[str] = []
    for start in range(0, len(cells), _AT_ONCE):
        some = cells[start : start + _AT_ONCE]
        if max(map(len, some)) > _MOST_RAW:
            some = [cell if len(cell) <= _MOST_RAW else _TOO_LONG for cell in some]
        joined = _BETWEEN.join(some)
        if joined.count(_BETWEEN) != len(some) - 1:
            joined = _BETWEEN.join(cell.replace(_BETWEEN, " ") for cell in some)
        joined = normal_number_text(joined)
        if ":" in joined:
            joined = _COLON.sub(".", joined)
        if "€" in joined or "$" in joined or "£" in joined:
            joined = _SIGN_AS_POINT.sub(r".\2\1", joined)
        found = [text.strip() for text in joined.split(_BETWEEN)]
        texts += found
        if _POWER.search(joined):
            patterns += [text if _POWER.search(text) else _ones(text) for text in found]
        else:
            patterns += [text.strip() for text in _ones(joined).split(_BETWEEN)]
    return texts, patterns


def pattern_of_one(cell: str) -> str:
    """Return the pattern of a cell."""
    return patterns_of([cell])[1][0]


def _ones(text: str) -> str:
    # Bytes are translated much faster; lone surrogates stand in damaged tables.
    return text.encode("utf-8", "surrogatepass").translate(_ONES).decode("utf-8", "surrogatepass")


def patterns_in(cells: Sequence[str]) -> list[Pattern]:
    """Return the patterns of a column."""
    _, patterns = patterns_of(cells)
    examples = dict(zip(reversed(patterns), reversed(cells), strict=True))
    counts = Counter(patterns)
    return [Pattern(examples[each].strip(), price_cell(each), counts[each]) for each in counts]


@lru_cache(maxsize=1 << 14)
def price_cell(pattern: str) -> PriceCell:
    """Return what the cells of a pattern say; positions count in the text that `pattern_of` returns."""
    if not pattern:
        return PriceCell(EMPTY)
    if len(pattern) > _LONGEST:
        return PriceCell(NO_NUMBER)
    currency = currency_of(pattern)
    found, percent = _numbers_of(pattern)
    if len(found) > 1 and currency is not None and not _RANGE.search(pattern):
        # "Cup 2 at 12.90 EUR": of several numbers, those are prices that a currency stands beside.
        found = [number for number in found if _has_currency(pattern, number)] or found
    if found:
        kind = RANGE if len(found) > 1 else NEGATIVE if found[0].negative else PRICE
        return PriceCell(kind, tuple(found), currency)
    if _FREE.search(pattern):
        return PriceCell(FREE, currency=currency)
    return PriceCell(PERCENT if percent else NO_NUMBER)


def _numbers_of(text: str) -> tuple[list[Number], bool]:
    """Return the numbers that can be prices, and whether there are percentages."""
    found: list[Number] = []
    percent = False
    for match in NUMBER.finditer(text):
        start, end = match.span()
        if text[end : end + 2].lstrip().startswith("%"):
            percent = True
            continue
        shape = shape_of(match[0])
        if _THOUSANDS.match(text, end):
            continue  # 1.5k: no price that can be trusted
        if shape is None or end - start > _MOST_SIGNS or not _is_reasonable(match[0]):
            continue
        if found and _AMOUNT.search(text, max(0, start - 2 * _NEAR), start):
            continue  # 12.90 / 100 g
        if _COUNTED.match(text, end) and NUMBER.search(text, end):
            continue  # 3 x 4.99
        dash = _DASH.match(text, end)
        thousands = dash is not None and shape.open_sign not in ("", dash[1])
        negative = not found and (
            _MINUS.fullmatch(text, 0, start) is not None or _BRACKETS.fullmatch(text) is not None
        )
        found.append(Number(start, end, shape, negative, thousands))
    return found, percent


def _is_reasonable(number: str) -> bool:
    power = number.lower().partition("e")[2]
    return not power or abs(int(power)) <= _LARGEST_POWER


def _has_currency(text: str, number: Number) -> bool:
    before, behind = text[max(0, number.start - _NEAR) : number.start], text[number.end : number.end + _NEAR]
    return bool(currency_of(before) or currency_of(behind))
