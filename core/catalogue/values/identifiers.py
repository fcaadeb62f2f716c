"""Identifiers are texts: "00042" keeps its zeros, "NA" and "None" are skus.

A column of whole numbers can come as floats, because one identifier was missing ("12345.0",
"8.901234567007e+12"): there the digits are restored, where none were lost. Numbers that a spreadsheet
shortened ("4.00638E+12") are left as they are, and a warning says so: their last digits are gone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.catalogue.values.texts import tidy

_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,17})(?:\.0+)?")
# Without a point, only with a plus: "5E10" is a code.
_POWER = re.compile(r"-?[1-9](?:[.,]([0-9]{1,17})[eE]\+?|[eE]\+)([0-9]{1,2})")
_SHORT = 6  # digits that spreadsheets show of a long number
_EXACT = 2**53  # floats hold every whole number up to here


@dataclass(frozen=True)
class IdentifierRule:
    """How the identifiers of a column are read.

    Attributes
    ----------
    from_floats
        Whether the column came as floats, whose digits are restored.
    said, doubts
        What was decided, and warnings, for people.
    """

    from_floats: bool = False
    said: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()

    def read(self, cell: str) -> str:
        """Return the identifier in a cell, in Unicode normal form C, "" if it is empty."""
        cell = cell.strip()
        if self.from_floats:
            return _digits(cell) or cell
        return tidy(cell)

    def read_column(self, cells: Iterable[str]) -> list[str]:
        """Return the identifiers of many cells."""
        return [self.read(cell) for cell in cells]


def decide_identifiers(cells: Sequence[str], name: str = "identifier") -> IdentifierRule:
    """Decide whether a column of identifiers came as floats.

    It did if every cell is a whole number, at least one is written as a float, and no two cells become one. A
    number with leading zeros shows that it is a column of texts.

    Parameters
    ----------
    cells
        The column, or a sample of it.
    name
        What to call the column to people.
    """
    counts = Counter(cell.strip() for cell in cells)
    counts.pop("", None)
    floats = [cell for cell in counts if _is_float(cell)]
    if not floats or not all(_WHOLE.fullmatch(cell) or _POWER.fullmatch(cell) for cell in counts):
        return IdentifierRule()
    shortened = [cell for cell in floats if (match := _POWER.fullmatch(cell)) and _lacks_digits(match)]
    powers = [cell for cell in floats if _POWER.fullmatch(cell)]
    # A program writes as many digits as there are; a spreadsheet at most six of every number.
    is_short = bool(shortened) and all(_count(cell) <= _SHORT for cell in powers)
    too_large = [cell for cell in counts if _is_too_large(cell)]
    if is_short or too_large:
        broken = shortened if is_short else too_large
        count = sum(counts[cell] for cell in broken)
        return IdentifierRule(
            doubts=(
                f"{name}: {count} numbers such as {broken[0]!r} have lost digits (a spreadsheet or a float "
                "column shortened them); they are kept as they are: export the column as text",
            )
        )
    restored = [_digits(cell) for cell in counts]
    if len(set(restored)) < len(restored):
        return IdentifierRule()
    count = sum(counts[cell] for cell in floats)
    return IdentifierRule(
        from_floats=True,
        said=(f"{name}: {count} numbers such as {floats[0]!r} are read as {_digits(floats[0])}",),
    )


def _is_float(cell: str) -> bool:
    return ("." in cell and _WHOLE.fullmatch(cell) is not None) or _POWER.fullmatch(cell) is not None


def _digits(cell: str) -> str:
    """Return the digits of a whole number written as a float, "" if it is none."""
    if _WHOLE.fullmatch(cell):
        return cell.partition(".")[0]
    match = _POWER.fullmatch(cell)
    if match is None or int(match[2]) < len(match[1] or ""):
        return ""
    return str(int(Decimal(cell.replace(",", "."))))


def _count(cell: str) -> int:
    """Return how many digits are written of a number with a power of ten."""
    match = _POWER.fullmatch(cell)
    return 1 + len(match[1] or "") if match else 0


def _lacks_digits(match: re.Match[str]) -> bool:
    """Return whether fewer digits are written than the number has, which may be zeros or lost."""
    return len(match[1] or "") < int(match[2])


def _is_too_large(cell: str) -> bool:
    return bool(_POWER.fullmatch(cell)) and abs(int(_digits(cell) or 0)) > _EXACT
