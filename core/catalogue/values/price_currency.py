"""Which currency the prices of a column are in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from core.catalogue.values.currencies import SHARED, USUAL, Currency, currency_of, resolved
from core.catalogue.values.price_cells import Pattern


@dataclass
class Money:
    """The currency of prices that name none, what shared signs stand for, and what to tell people."""

    currency: str | None = None
    signs: dict[str, str | None] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)


@dataclass
class _Named:
    """How many prices name a currency, name a sign of several ones, and name none."""

    codes: Counter[str] = field(default_factory=Counter)
    signs: Counter[str] = field(default_factory=Counter)
    none: int = 0


@lru_cache(maxsize=1 << 10)
def named_in(cell: str) -> Currency | None:
    """Return the currency that a cell of a currency column names."""
    cell = cell.strip()
    return currency_of(cell.upper() if len(cell) == 3 else cell)


def decide_currency(patterns: Sequence[Pattern], name: str, beside: Counter[str], table: str | None) -> Money:
    """Decide the currency of a column.

    Parameters
    ----------
    patterns
        The column.
    name
        Its header.
    beside
        Cells of a currency column, counted.
    table
        The currency that the table says elsewhere.
    """
    named = _count(patterns)
    header = currency_of(name)
    columns = {found.code for found in map(named_in, beside) if found is not None and found.code}
    money = Money(currency=(header.code if header is not None else None) or table)
    if money.currency is None and len(columns) == 1:
        (money.currency,) = columns
    known = {*named.codes, *columns} | ({money.currency} if money.currency else set())
    for sign in sorted({*named.signs, *([header.sign] if header is not None and header.sign else [])}):
        money.signs[sign] = _resolved(sign, known, money.currency, patterns)
        _say_sign(money, sign, named.signs[sign], known)
    if money.currency is None and header is not None and header.sign:
        money.currency = money.signs[header.sign]
    every = named.codes + Counter(
        {code: named.signs[sign] for sign, code in money.signs.items() if code and named.signs[sign]}
    )
    is_one = len(every) == 1 and not beside and all(money.signs.values())
    if named.none and money.currency is None and is_one and every.total() >= named.none:
        (money.currency,) = every
        money.said.append(
            f"prices without a currency are taken for {money.currency} like the others: {named.none}"
        )
    if len(every) > 1:
        money.said.append("currencies: " + ", ".join(f"{code} ({n})" for code, n in every.most_common()))
    elif every or money.currency:
        money.said.append(f"currency: {money.currency or next(iter(every))}")
    return money


def _count(patterns: Sequence[Pattern]) -> _Named:
    named = _Named()
    for _, cell, count in patterns:
        if not cell.numbers:
            continue
        if cell.currency is None:
            named.none += count
        elif cell.currency.code:
            named.codes[cell.currency.code] += count
        else:
            named.signs[cell.currency.sign] += count
    return named


def _say_sign(money: Money, sign: str, count: int, known: set[str]) -> None:
    code = money.signs[sign]
    if code is None:
        money.doubts.append(
            f"{sign} is the sign of many currencies ({', '.join(SHARED[sign][:4])} ...), so prices with it "
            f"have none ({count}); name it in the header or in a currency column"
        )
    elif code == USUAL.get(sign) and code not in known:
        money.said.append(f"{sign} is read as {code}")
    else:
        money.said.append(f"{sign} stands for {code}")


def _resolved(sign: str, known: set[str], column: str | None, patterns: Sequence[Pattern]) -> str | None:
    if column in SHARED[sign]:
        return column
    if sign == "¥" and not known & {"JPY", "CNY"}:
        # The yen has no decimals: where one price has some, they are in yuan.
        decimals = (
            number.shape.decimal
            for _, cell, _ in patterns
            if cell.currency is not None and cell.currency.sign == sign
            for number in cell.numbers
        )
        return "CNY" if any(decimals) else None
    return resolved(sign, known)
