"""Categories corrected in the owner's table, as that table writes them."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from core.catalogue.layouts.layout import Tally
from core.catalogue.recognition import Recognition
from core.catalogue.sources.raw import Columns
from core.catalogue.values.paths import JOINED, PLACEMENTS, Path, parts
from core.catalogue.writing.changes import Changes, RowChange, free_names
from core.catalogue.writing.product_rows import ProductRows, product_rows

Cells = tuple[str, ...]


@dataclass(frozen=True)
class Correction:
    """Categories corrected in a table.

    Attributes
    ----------
    recognition
        The table.
    categories
        For each product, in the order of `Recognition.frames`, its right category; None leaves it as it is.
    moved
        Products whose category was another one, counted while `changes` is read.
    """

    recognition: Recognition
    categories: Sequence[str | None]
    moved: Counter[str] = field(default_factory=Counter)

    @cached_property
    def in_place(self) -> bool:
        """Whether the table itself has the category's columns; else it gets one."""
        raw = self.recognition.raw
        return bool(self._columns) and set(self._columns) <= set(raw.columns) - set(raw.joined)

    @cached_property
    def added(self) -> tuple[str, ...]:
        """The columns that the table gets."""
        if self.in_place:
            return ()
        name = "category_corrected" if self._columns else "category"
        return free_names([name], self.recognition.raw.columns)

    def changes(self) -> Changes:
        """Yield what changes in each row: all rows of a product that hold a category, else its first.

        A variation that has its product's category has no cell of its own to correct.
        """
        for rows, read in self._rows():
            cells = [rows.columns[name] for name in self._columns] if self.in_place else []
            for place, (number, product) in enumerate(zip(rows.numbers, rows.products, strict=True)):
                wanted = self.categories[product]
                right = wanted is None or _key(wanted) == _key(read[place])
                if not self.in_place:
                    self._count(wanted, moved=not right and rows.first[place])
                    yield number, RowChange([read[place] if right or wanted is None else wanted])
                    continue
                own = tuple(column[place] for column in cells)
                inherited = not any(map(str.strip, own)) and (read[place] or not rows.first[place])
                if right or wanted is None or inherited:
                    yield number, RowChange()
                else:
                    self._count(wanted, moved=rows.first[place])
                    yield number, RowChange((), self._corrected(own, wanted))

    def _count(self, category: str | None, *, moved: bool) -> None:
        if moved and category is not None:
            self.moved[category] += 1

    @cached_property
    def _columns(self) -> tuple[str, ...]:
        return self.recognition.matching.columns_of("category")

    def _rows(self) -> Iterator[tuple[ProductRows, list[str]]]:
        """Yield rows with the categories that are read of them."""
        for rows in product_rows(self.recognition):
            yield rows, [self._read[product] for product in rows.products]

    @cached_property
    def _read(self) -> list[str]:
        return [each for frame in self.recognition.frames(tally=Tally()) for each in frame["category"]]

    def _corrected(self, own: Cells, wanted: str) -> Mapping[str, str]:
        cells = self._written.get(_key(wanted)) or self._made(wanted)
        if len(own) == 1 and len(cells) == 1:
            cells = (self._among_others(own[0], cells[0]),)
        return {name: new for name, new, old in zip(self._columns, cells, own, strict=True) if new != old}

    def _among_others(self, cell: str, new: str) -> str:
        """Return a cell with several categories where only that which is read is another one."""
        rule = self.recognition.rules.category
        if rule is None or rule.listed or not rule.placements or len(rule.paths(cell)) < 2:
            return new
        between = re.compile("|".join(PLACEMENTS[sign] for sign in rule.placements))
        taken = rule.split_path(cell)
        written = [part for part in parts(cell, between) if rule.split_path(part) == taken]
        if len(written) != 1 or cell.count(written[0]) != 1:
            return new
        return cell.replace(written[0], new)

    @cached_property
    def _written(self) -> dict[Path, Cells]:
        """How the table writes its categories: key -> the most frequent cells of those with one category."""
        rule = self.recognition.rules.category
        found: dict[Path, Counter[Cells]] = defaultdict(Counter)
        for rows, read in self._rows():
            for cells, category in zip(_tuples(rows.columns, self._columns), read, strict=True):
                if category and any(cells):
                    found[_key(category)][cells] += 1
        written = {}
        for key, counts in found.items():
            single = [c for c, _ in counts.most_common() if rule is None or len(rule.paths(c[0])) < 2]
            if single:
                written[key] = single[0]
        return written

    def _made(self, category: str) -> Cells:
        """Return a category that the table does not have in the form of those that it has."""
        path = category.split(JOINED)
        if len(self._columns) > 1:
            last = len(self._columns) - 1
            levels = [*path[:last], JOINED.join(path[last:])]
            return tuple(levels + [""] * (len(self._columns) - len(levels)))
        rule = self.recognition.rules.category
        if rule is not None and rule.listed:
            return (json.dumps(path if rule.listed_levels else [category], ensure_ascii=False),)
        if rule is not None and rule.separator:
            return (self._separator.join(path),)
        return (category,)

    @cached_property
    def _separator(self) -> str:
        """What stands between two levels, with its spaces as in most cells."""
        rule = self.recognition.rules.category
        sign = (rule.separator if rule else "").strip() or ">"
        found = Counter(
            each
            for rows, _ in self._rows()
            for cell in set(rows.columns[self._columns[0]])
            for each in re.findall(rf"\s*{re.escape(sign)}\s*", cell)
        )
        return found.most_common(1)[0][0] if found else f" {sign} "


def _tuples(columns: Columns, names: Sequence[str]) -> Iterator[Cells]:
    yield from zip(*(columns[name] for name in names), strict=True)


def _key(category: str) -> Path:
    return tuple("".join(each.casefold().split()) for each in category.split(JOINED))
