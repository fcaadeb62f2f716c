"""Prices of a column: what its points and commas are and which currency it is in, decided from all its cells.

A cell alone cannot tell whether "1.299" is a thousand or one and a bit; the others of its column can:

- A number with both signs, a sign that repeats, or other than three digits behind its only sign says what the
  sign is ("1.299,00", "2.909.000", "12.50"). The majority of such cells decides how "1.299" is read.
- In currencies without decimals in practice ("269.000 ₫", "Rp 150.000"), three digits are thousands; in those
  with three decimals (Kuwaiti dinar), decimals.
- Where nothing decides, three digits behind a single sign are thousands, and a warning says so.

A cell of several prices ("12,90 - 15,90") is read as the lowest one. A percentage is no price, "free" is 0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import NamedTuple

from core.catalogue.values.currencies import WITHOUT_DECIMALS, Currency, resolved
from core.catalogue.values.price_cells import (
    FREE,
    NEGATIVE,
    NO_NUMBER,
    PERCENT,
    RANGE,
    PriceCell,
    patterns_in,
    patterns_of,
    price_cell,
)
from core.catalogue.values.price_currency import decide_currency, named_in
from core.catalogue.values.price_signs import decide_signs


@dataclass(frozen=True)
class PriceColumn:
    """Prices and ISO currencies of cells, None where a cell has none, and how many cells are what."""

    values: list[float | None]
    currencies: list[str | None]
    counts: Mapping[str, int]

    def lines(self) -> list[str]:
        """Return what was not a plain price, for people."""
        said = {
            RANGE: "prices with several numbers, read as the lowest",
            FREE: "prices that say free, read as 0",
            NEGATIVE: "negative prices",
            PERCENT: "price cells with a percentage, read as none",
            NO_NUMBER: "price cells without a number",
        }
        return [f"{text}: {self.counts[kind]}" for kind, text in said.items() if self.counts.get(kind)]


@dataclass(frozen=True)
class PriceRule:
    """How the prices of a column are read.

    Attributes
    ----------
    point_is_decimal, comma_is_decimal
        Whether a single point or comma before exactly three digits separates decimals; all other numbers say
        themselves what their signs are.
    decimal, grouping
        The signs that most cells use, "" where no cell has one.
    currency
        ISO code of cells that name no currency, None if nothing says which.
    signs
        What a sign that several currencies share stands for here ("$" -> "CAD"); None where it stays open.
    said
        What was decided, for people.
    doubts
        What may be wrong, a warning each.
    """

    point_is_decimal: bool = False
    comma_is_decimal: bool = False
    decimal: str = ""
    grouping: str = ""
    currency: str | None = None
    signs: Mapping[str, str | None] = field(default_factory=dict)
    said: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()

    def read(self, cell: str, currency: str = "") -> tuple[float | None, str | None]:
        """Return the price in a cell and its ISO currency, None for what it does not have.

        Parameters
        ----------
        cell
            The price.
        currency
            The row's cell of a separate currency column; what the price itself says comes first.
        """
        found = self.read_column([cell], [currency])
        return found.values[0], found.currencies[0]

    def read_column(self, cells: Sequence[str], currencies: Sequence[str] | None = None) -> PriceColumn:
        """Return the prices of many cells; `currencies` are the cells of a separate currency column."""
        texts, patterns = patterns_of(cells)
        plans = {pattern: self._plan(price_cell(pattern)) for pattern in set(patterns)}
        values: list[float | None] = []
        codes: list[str | None] = []
        for text, pattern in zip(texts, patterns, strict=True):
            plan = plans[pattern]
            values.append(_value(text, plan.numbers) if plan.numbers else plan.value)
            codes.append(plan.code)
        if currencies is not None:
            for row, (pattern, beside) in enumerate(zip(patterns, currencies, strict=True)):
                if beside and values[row] is not None:
                    codes[row] = self._currency(price_cell(pattern).currency, beside)
        return PriceColumn(values, codes, Counter(plans[pattern].kind for pattern in patterns))

    def kinds(self, cells: Sequence[str]) -> Counter[str]:
        """Return how many cells are what, as `read_column` counts them."""
        patterns = Counter(patterns_of(cells)[1])
        counts: Counter[str] = Counter()
        for pattern, count in patterns.items():
            counts[price_cell(pattern).kind] += count
        return counts

    def _plan(self, cell: PriceCell) -> _Plan:
        if not cell.numbers:
            value = 0.0 if cell.kind == FREE else None
            return _Plan(cell.kind, (), value, None if value is None else self._currency(cell.currency, ""))
        code = None if cell.currency is None else cell.currency.code or self.signs.get(cell.currency.sign)
        numbers = []
        for start, end, shape, negative, open_is_thousands in cell.numbers:
            is_decimal = self.point_is_decimal if shape.open_sign == "." else self.comma_is_decimal
            is_decimal = is_decimal and not open_is_thousands and code not in WITHOUT_DECIMALS
            numbers.append(
                _Reading(start, end, shape.drop(is_decimal), shape.has_comma(is_decimal), negative)
            )
        return _Plan(cell.kind, tuple(numbers), None, self._currency(cell.currency, ""))

    def _currency(self, own: Currency | None, beside: str) -> str | None:
        if own is not None and own.code:
            return own.code
        named = named_in(beside) if beside else None
        if named is not None:
            return named.code or self.signs.get(named.sign) or resolved(named.sign, frozenset())
        return self.signs.get(own.sign) if own is not None else self.currency


class _Reading(NamedTuple):
    """Where a number stands in a text, and how it is read."""

    start: int
    end: int
    drop: str
    has_comma: bool
    negative: bool


class _Plan(NamedTuple):
    """How all cells of a pattern are read."""

    kind: str
    numbers: tuple[_Reading, ...]
    value: float | None
    code: str | None


def _value(text: str, numbers: tuple[_Reading, ...]) -> float:
    """Return the lowest of the numbers of a text."""
    lowest = inf
    for start, end, drop, has_comma, negative in numbers:
        number = text[start:end]
        if drop:
            number = number.replace(drop, "")
        value = float(number.replace(",", ".") if has_comma else number)
        lowest = min(lowest, -value if negative else value)
    return lowest


def decide_prices(
    cells: Sequence[str], name: str = "", currencies: Iterable[str] = (), currency: str | None = None
) -> PriceRule:
    """Decide how the prices of a column are written.

    Parameters
    ----------
    cells
        The column, or a sample of it.
    name
        Its header, which may name the currency ("Price (EUR)").
    currencies
        The cells of a separate currency column.
    currency
        ISO code that the table says elsewhere.
    """
    patterns = patterns_in(cells)
    money = decide_currency(patterns, name, Counter(currencies), currency)
    signs = decide_signs(patterns, money.signs)
    return PriceRule(
        point_is_decimal=signs.decimal_of["."],
        comma_is_decimal=signs.decimal_of[","],
        decimal=signs.decimal,
        grouping=signs.grouping,
        currency=money.currency,
        signs=money.signs,
        said=(*signs.said, *money.said),
        doubts=(*signs.doubts, *money.doubts),
    )
