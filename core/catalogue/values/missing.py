r"""Cells that say that there is no value: decided by the field and by what else its column holds.

"NA" is North America, "None" a brand, "null" a product's name: the spelling alone does not tell. The rule:

- An empty cell is missing, and so is what nobody writes by hand (``\N``, ``<NA>``, ``#N/A``), in every
  field.
- sku, name and category: everything else is a value. (Placeholder categories are for `categories`.)
- Fields of words, such as brand, colour or size: dashes and "n/a" are missing; "NA", "None" or "null" are
  values as long as the column has other values, too.
- All other fields, such as price, images or description, where no such word can be a value: every spelling is
  missing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

KEPT_FIELDS = frozenset(("sku", "name", "category"))
WORD_FIELDS = frozenset(("brand", "colour", "size", "gender", "usage", "material", "kind"))

_NO_VALUE = frozenset(
    (
        "\\N",
        "<NA>",
        "<na>",
        "#N/A",
        "#NULL!",
        "#REF!",
        "#VALUE!",
        "#NAME?",
        "#DIV/0!",
        "(null)",
        "<null>",
        "NaT",
    )
)
# In lower case.
_SIGNS = frozenset(("-", "--", "---", "–", "—", "n/a", "n.a.", "n. a.", "n.v.", "s/o", "?", "."))
_WORDS = frozenset(("na", "nan", "none", "null", "nil", "nul", "undefined", "(none)", "[none]", "nothing"))


@dataclass(frozen=True)
class MissingRule:
    """What is missing in a column.

    Attributes
    ----------
    field
        The field that the column is read as.
    signs, words
        Whether dashes and "n/a", and whether "NA", "None" and "null" are missing values there.
    said
        What was decided for spellings that occur in the column, for people.
    """

    field: str
    signs: bool
    words: bool
    said: tuple[str, ...] = ()

    def is_missing(self, cell: str) -> bool:
        """Return whether a cell holds no value."""
        cell = cell.strip()
        if len(cell) > _LONGEST:
            return False
        if not cell or cell in _NO_VALUE:
            return True
        lower = cell.lower()
        return (self.signs and lower in _SIGNS) or (self.words and lower in _WORDS)

    def blank(self, cells: Iterable[str]) -> list[str]:
        """Return the cells without space around them, "" for missing ones."""
        stripped = [cell.strip() for cell in cells]
        return ["" if len(cell) <= _LONGEST and self.is_missing(cell) else cell for cell in stripped]


_LONGEST = max(map(len, _NO_VALUE | _SIGNS | _WORDS))


def decide_missing(field: str, cells: Sequence[str]) -> MissingRule:
    """Decide what is missing in a column from its cells (a sample is enough) and the field it is read as."""
    if field in KEPT_FIELDS:
        return MissingRule(field, signs=False, words=False)
    if field not in WORD_FIELDS:
        return MissingRule(field, signs=True, words=True)
    counts = Counter(cell.strip() for cell in cells if len(cell) <= _LONGEST + 8)
    spelled = {cell: count for cell, count in counts.items() if cell.lower() in _WORDS}
    if not spelled:
        return MissingRule(field, signs=True, words=False)
    every = MissingRule(field, signs=True, words=True)
    if all(map(every.is_missing, cells)):
        return every
    found = ", ".join(f"{cell!r} ({count})" for cell, count in sorted(spelled.items()))
    said = (f"{field}: {found} kept as values, since the column has other values, too",)
    return MissingRule(field, signs=True, words=False, said=said)
