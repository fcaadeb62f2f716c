"""What a layout says of a table: how it is recognised, its columns, and how its rows become products."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from core.catalogue.sources.raw import Columns, RawTable
from core.catalogue.values.categories import CategoryColumn
from core.catalogue.values.category_levels import said_of_skipping
from core.catalogue.values.prices import PriceColumn

IMAGE_ADDRESS = "image address"
"""A column that a layout adds where a table has both an image's file and its address."""


@dataclass
class Tally:
    """What became of rows that are no products of their own, counted anew whenever a table is read.

    Attributes
    ----------
    variants
        Rows that were merged into another product.
    several
        Products in several categories.
    skipping
        Products whose category levels have an empty one above one that is not.
    prices
        What the price cells are (`core.catalogue.values.price_cells`) -> how many.
    notes
        What the owner should know.
    """

    variants: int = 0
    several: int = 0
    skipping: int = 0
    prices: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    def clear(self) -> None:
        """Count from zero."""
        self.variants = self.several = self.skipping = 0
        self.prices.clear()
        self.notes.clear()

    def lines(self) -> list[str]:
        """Return what the owner should know."""
        several = CategoryColumn([], self.several, {}).lines()
        return [
            *self.notes,
            *several,
            *said_of_skipping(self.skipping),
            *PriceColumn([], [], self.prices).lines(),
        ]

    def note(self, line: str) -> None:
        """Add what the owner should know, once."""
        if line not in self.notes:
            self.notes.append(line)


@dataclass(frozen=True)
class Shape:
    """A table whose rows are products.

    Attributes
    ----------
    columns
        Its columns: the table's own, and those that the layout makes of them.
    chunks
        ``(rows, tally) -> chunks``: about so many rows at a time, in the order of the table.
    product
        The column whose cells tell which rows are one product; None where each row is one.
    """

    columns: tuple[str, ...]
    chunks: Callable[[int, Tally], Iterator[Columns]]
    product: str | None = None


def as_it_is(raw: RawTable) -> Shape:
    """Return a table whose rows are products already."""
    return Shape(raw.columns, lambda rows, _: raw.chunks(rows))


def each_chunk(
    raw: RawTable, added: Sequence[str], change: Callable[[Columns], Mapping[str, list[str]]]
) -> Shape:
    """Return a table with columns added, or changed, a chunk at a time."""

    def chunks(rows: int, _: Tally) -> Iterator[Columns]:
        for columns in raw.chunks(rows):
            yield {**columns, **change(columns)}

    return Shape((*raw.columns, *(name for name in added if name not in raw.columns)), chunks)


def no_fields(columns: Sequence[str], sample: Columns) -> Mapping[str, str | tuple[str, ...]]:
    """Return no columns: all are matched by their names and cells."""
    return {}


@dataclass(frozen=True)
class Layout:
    """A kind of product table.

    Attributes
    ----------
    name
        For ``--format``.
    title
        What to call such a table to people.
    recognise
        ``(table, its first rows) -> whether it is one``.
    shape
        Makes rows products.
    fields
        ``(columns, first rows) -> field -> columns``, of a shaped table; other fields are matched by name.
    labels
        The only possible category columns, the default first; () if any column can be it.
    separator, placements
        What separates levels of categories and the categories of a cell, None where the cells decide.
    plain_categories
        Whether categories are taken as they are: no paths, no placeholders.
    made_of
        Column that the shape adds -> the file's columns that it is made of.
    minimum, floor
        Products that a category needs to be kept; with a floor, it is 1 % of the rows between both.
    """

    name: str
    title: str
    recognise: Callable[[RawTable, Columns], bool]
    shape: Callable[[RawTable], Shape] = as_it_is
    fields: Callable[[Sequence[str], Columns], Mapping[str, str | tuple[str, ...]]] = no_fields
    labels: tuple[str, ...] = ()
    separator: str | None = None
    placements: str | None = None
    plain_categories: bool = False
    made_of: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    minimum: int = 20
    floor: int | None = 10

    def smallest_class(self, rows: int) -> int:
        """Return the products that a category needs to be kept in a table of `rows` rows."""
        if self.floor is None:
            return self.minimum
        return max(self.floor, min(self.minimum, rows // 100))


def find(columns: Iterable[str], *names: str) -> str | None:
    """Return the first column with one of the names, in any case, with spaces or underscores, or None."""
    by_name: dict[str, str] = {}
    for column in columns:
        by_name.setdefault(plain_name(column), column)
    return next((by_name[key] for name in names if (key := plain_name(name)) in by_name), None)


def has_all(columns: Iterable[str], *names: str) -> bool:
    """Return whether there are columns with all of the names."""
    known = set(map(plain_name, columns))
    return all(plain_name(name) in known for name in names)


def plain_name(name: str) -> str:
    """Return a column's name in lower case without spaces, dashes and underscores."""
    return name.strip().lower().replace("_", "").replace(" ", "").replace("-", "")


def present(wanted: Mapping[str, str | None]) -> dict[str, str | tuple[str, ...]]:
    """Return the fields that have a column."""
    return {name: column for name, column in wanted.items() if column is not None}


def filled(cells: Sequence[str]) -> int:
    """Return how many cells hold something."""
    return sum(bool(cell.strip()) for cell in cells)
