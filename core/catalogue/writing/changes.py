"""What changes in a table when it is written back: cells added to its rows, and cells replaced."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

Value = str | float | bool


@dataclass(frozen=True)
class RowChange:
    """What changes in one row.

    Attributes
    ----------
    added
        The cells of the added columns.
    replaced
        Column -> its new cell.
    """

    added: Sequence[Value] = ()
    replaced: Mapping[str, str] = field(default_factory=dict)


Changes = Iterator[tuple[int, RowChange]]
"""Number of the row, as the table's batches count it, and what changes there; in the table's order."""


def text_of(value: Value) -> str:
    """Return a value as the text of a cell; a share has six decimals."""
    return f"{value:.6f}" if isinstance(value, float) else str(value)


def free_names(wanted: Sequence[str], taken: Sequence[str]) -> tuple[str, ...]:
    """Return column names that a table does not have yet, in any case: ``reason``, else ``reason_new`` ..."""
    known = {name.casefold() for name in taken}
    found = []
    for name in wanted:
        while name.casefold() in known:
            name += "_new"
        known.add(name.casefold())
        found.append(name)
    return tuple(found)
