"""What points and commas are in the prices of a column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from core.catalogue.values.currencies import THREE_DECIMALS, WITHOUT_DECIMALS
from core.catalogue.values.price_cells import Pattern, PriceCell

NAMES = {".": "a point", ",": "a comma", " ": "a space", "'": "an apostrophe"}
OTHER = {".": ",", ",": "."}


@dataclass
class Signs:
    """Whether an open sign separates decimals, what most cells use, and what to tell people."""

    decimal_of: dict[str, bool] = field(default_factory=lambda: {".": False, ",": False})
    decimal: str = ""
    grouping: str = ""
    said: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)


@dataclass
class _Evidence:
    """How many cells use each sign for what, and how many leave it open."""

    decimal: Counter[str] = field(default_factory=Counter)
    grouping: Counter[str] = field(default_factory=Counter)
    for_decimals: Counter[str] = field(default_factory=Counter)
    for_thousands: Counter[str] = field(default_factory=Counter)
    three_decimals: Counter[str] = field(default_factory=Counter)
    open_cells: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)

    def add(self, text: str, cell: PriceCell, count: int, code: str | None) -> None:
        for number in cell.numbers:
            shape, sign = number.shape, number.shape.open_sign
            if sign and (number.open_is_thousands or code in WITHOUT_DECIMALS):
                self.grouping[sign] += count
                self.for_thousands[sign] += count
            elif sign:
                self.open_cells[sign] += count
                self.three_decimals[sign] += count * (code in THREE_DECIMALS)
                self.examples.setdefault(f"open {sign}", text)
            if shape.decimal:
                self.decimal[shape.decimal] += count
                self.examples.setdefault(shape.decimal, text)
            if shape.grouping:
                self.grouping[shape.grouping] += count
            # Where the comma separates decimals, the point separates thousands, and the other way round.
            for each, other in OTHER.items():
                self.for_decimals[each] += count * (shape.decimal == each or shape.grouping == other)
                self.for_thousands[each] += count * (shape.grouping == each or shape.decimal == other)


def decide_signs(patterns: Iterable[Pattern], shared: Mapping[str, str | None]) -> Signs:
    """Decide what points and commas are.

    Parameters
    ----------
    patterns
        The column.
    shared
        The currencies that signs of several ones stand for.
    """
    evidence = _Evidence()
    for example, cell, count in patterns:
        named = cell.currency
        evidence.add(example, cell, count, None if named is None else named.code or shared.get(named.sign))
    signs = Signs(decimal=_most(evidence.decimal), grouping=_most(evidence.grouping))
    for sign in OTHER:
        against, behind = evidence.for_thousands[sign], evidence.for_decimals[sign]
        is_decimal = behind > against or (behind == against and evidence.three_decimals[sign] > 0)
        signs.decimal_of[sign] = is_decimal
        if evidence.open_cells[sign]:
            _say_open(signs, sign, evidence)
            if is_decimal:
                signs.decimal = signs.decimal or sign
            else:
                signs.grouping = signs.grouping or sign
    if signs.grouping:
        signs.said.insert(0, f"thousands are separated by {NAMES[signs.grouping]}")
    if signs.decimal:
        signs.said.insert(0, f"decimals follow {NAMES[signs.decimal]}")
    if len(evidence.decimal) > 1:
        signs.doubts.append(
            f"prices are written in two ways, {evidence.decimal['.']} with a decimal point and "
            f"{evidence.decimal[',']} with a decimal comma ({evidence.examples['.']!r}, "
            f"{evidence.examples[',']!r}); each is read as it is written"
        )
    return signs


def _most(counts: Counter[str]) -> str:
    return max(counts, key=lambda sign: counts[sign], default="")


def _say_open(signs: Signs, sign: str, evidence: _Evidence) -> None:
    against, behind = evidence.for_thousands[sign], evidence.for_decimals[sign]
    is_decimal, count = signs.decimal_of[sign], evidence.open_cells[sign]
    what = f"{count} {'price' if count == 1 else 'prices'} such as {evidence.examples[f'open {sign}']!r}"
    read = f"{'decimals' if is_decimal else 'thousands'} follow {NAMES[sign]} there"
    if behind == against:
        signs.doubts.append(f"{what}: {read}, as far as can be told; no other price shows it")
    elif behind and against:
        signs.doubts.append(
            f"{what}: {read}, as in {max(behind, against)} other prices; {min(behind, against)} prices use "
            f"the {NAMES[sign].split()[1]} for the opposite"
        )
    elif is_decimal:
        signs.doubts.append(
            f"{what} have three digits behind {NAMES[sign]}: {read}, as in {behind} other prices"
        )
    else:
        signs.said.append(f"{what}: {read}, as in {against} other prices")
