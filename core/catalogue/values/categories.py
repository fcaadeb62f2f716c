"""Categories of a column: paths from the top, one for each product, in one spelling.

What separates levels is decided per column (`core.catalogue.values.paths`). Of the categories in a cell ("A >
B; C > D"), the deepest is taken, the first of equals. Spellings that differ only in Unicode form, spaces or
case become the most frequent one. Placeholders such as "Uncategorized" stand for no category; one truly
called "None" is a category.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from core.catalogue.values.lists import list_of
from core.catalogue.values.paths import (
    JOINED,
    PLACEMENTS,
    Path,
    Separator,
    checked_separator,
    decide_placements,
    decide_separator,
    known_separator,
    looks_like_levels,
    parts,
)
from core.catalogue.values.placeholder_names import is_placeholder
from core.catalogue.values.texts import plain

_MOST_DIFFERENT = 20_000  # cells that decide
# Escaped signs are kept apart as private characters while cells are split.
_ESCAPES = {sign: chr(0xE100 + number) for number, sign in enumerate(",;|>/:»›\\")}
_RESTORED = str.maketrans({mark: sign for sign, mark in _ESCAPES.items()})
_ESCAPED = re.compile(r"\\([,;|>/:»›\\])")


@dataclass(frozen=True)
class CategoryRule:
    """How the category cells of a column are split.

    Attributes
    ----------
    separator
        What separates levels, "" for nothing.
    placements
        The signs that separate the categories of a cell.
    listed
        Whether cells are lists, as JSON or Python write them.
    listed_levels
        Whether the entries of such a list are the levels of one path, and not categories.
    said, doubts
        What was decided, and warnings, for people.
    """

    separator: str = ""
    placements: str = ""
    listed: bool = False
    listed_levels: bool = False
    said: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()

    def paths(self, cell: str) -> list[Path]:
        """Return the categories of a cell in their order, each as a path from the top."""
        if self.listed:
            entries = list_of(cell)
            if entries is not None:
                return self._listed(entries)
        return self._placed(_entries(cell))

    def split_path(self, cell: str) -> Path:
        """Return the category of a cell, the deepest, the first of equals; () if it has none."""
        return max(self.paths(cell), key=len, default=())

    def read_column(self, cells: Sequence[str], keep_placeholders: bool = False) -> CategoryColumn:
        """Return the categories of many cells.

        Parameters
        ----------
        cells
            A column or a part of it.
        keep_placeholders
            Whether "Uncategorized" and the like are categories, too.
        """
        found: dict[str, tuple[Path, int, str]] = {}
        paths: list[Path] = []
        placeholders: Counter[str] = Counter()
        several = 0
        for cell in cells:
            known = found.get(cell)
            if known is None:
                known = found[cell] = self._category(cell, keep_placeholders)
            path, placed, placeholder = known
            paths.append(path)
            several += placed > 1
            if placeholder:
                placeholders[placeholder] += 1
        return CategoryColumn(paths, several, placeholders)

    def _category(self, cell: str, keep_placeholders: bool) -> tuple[Path, int, str]:
        """Return a cell's category, how many it has, and the placeholder where it has nothing else."""
        every = self.paths(cell)
        if not every or keep_placeholders:
            return max(every, key=len, default=()), len(every), ""
        real = [path for path in map(_without_placeholders, every) if path]
        if real:
            return max(real, key=len), len(every), ""
        return (), len(every), JOINED.join(every[0])

    def _listed(self, entries: list[str | list[str]]) -> list[Path]:
        if any(isinstance(entry, list) for entry in entries):
            every = [tuple(filter(None, map(plain, entry))) for entry in entries if isinstance(entry, list)]
            return [path for path in every if path]
        texts = [entry for entry in entries if isinstance(entry, str)]
        if self.listed_levels:
            path = tuple(filter(None, map(plain, texts)))
            return [path] if path else []
        return [path for text in texts for path in self._placed(_entries(text))]

    def _placed(self, lines: list[str]) -> list[Path]:
        separator = known_separator(self.separator) if self.separator else None
        result: list[Path] = []
        for line in lines:
            texts = [line]
            for sign in self.placements:
                between = re.compile(PLACEMENTS[sign])
                texts = [part for text in texts for part in parts(text, between)]
            for text in texts:
                names = parts(text, separator.pattern) if separator else [text]
                path = tuple(name.translate(_RESTORED) for name in names)
                if path and path not in result:
                    result.append(path)
        return result


@dataclass(frozen=True)
class CategoryColumn:
    """The categories of cells.

    Attributes
    ----------
    paths
        One for each cell, () without a category.
    several
        Cells with several categories, of which one was taken.
    placeholders
        Names that stand for no category -> cells with nothing else; these have no path.
    """

    paths: list[Path]
    several: int
    placeholders: Mapping[str, int]

    def lines(self) -> list[str]:
        """Return what was not taken as it is, for people."""
        said = []
        if self.several:
            said.append(
                f"products in several categories: {self.several}; the deepest is taken, the first of equals"
            )
        if self.placeholders:
            names = ", ".join(
                f"{name!r} ({count})" for name, count in Counter(self.placeholders).most_common(5)
            )
            said.append(f"placeholders that stand for no category: {names}")
        return said


def decide_categories(
    cells: Iterable[str], separator: str | None = None, placements: str | None = None
) -> CategoryRule:
    """Decide how the category cells of a column are split.

    Parameters
    ----------
    cells
        The column, or a sample of it.
    separator
        What separates levels where that is known ("" for nothing); None decides it.
    placements
        The signs that separate the categories of a cell where they are known, as in the exports of a shop.

    Raises
    ------
    CatalogueError
        For a separator that is not known.
    """
    if separator:
        checked_separator(separator)
    counts = Counter(cells)
    lists = {cell: list_of(cell) for cell in counts if cell.lstrip()[:1] == "["}
    listed = bool(lists) and sum(entries is not None for entries in lists.values()) >= len(lists) / 2
    lines: Counter[str] = Counter()
    entries_of: list[list[str]] = []
    for cell, count in counts.most_common(_MOST_DIFFERENT):
        entries = lists.get(cell) if listed else None
        texts = [cell] if entries is None else [text for entry in entries for text in _flat(entry)]
        entries_of.append(texts)
        for text in texts:
            for line in _entries(text):
                lines[line] += count
    if not lines:
        return CategoryRule(listed=listed)
    found = _Found(listed=listed)
    found.decide(counts, lines, separator, placements)
    if listed:
        many = [texts for texts in entries_of if len(texts) > 1]
        found.listed_levels = bool(many) and found.separator is None and looks_like_levels(many)
    return found.rule()


@dataclass
class _Found:
    listed: bool
    listed_levels: bool = False
    separator: Separator | None = None
    placements: str = ""
    said: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)

    def decide(
        self, counts: Mapping[str, int], lines: Counter[str], separator: str | None, placements: str | None
    ) -> None:
        newline = "\n" if any("\n" in cell.strip() for cell in counts) else ""
        if separator is None:
            single = lines
            if placements:
                single = Counter()
                between = re.compile("|".join(PLACEMENTS[sign] for sign in placements))
                for line, count in lines.items():
                    for part in parts(line, between):
                        single[part] += count
            self.separator, is_sure = decide_separator(single)
            if self.separator is not None and not is_sure:
                example = next(line for line in lines if self.separator.pattern.search(line))
                self.doubts.append(
                    f"categories: {self.separator.name.strip()!r} is taken to separate levels, as in "
                    f"{example!r}, though hardly two paths begin alike"
                )
        elif separator:
            self.separator = known_separator(separator)
        self.placements = (
            newline + decide_placements(list(lines), self.separator) if placements is None else placements
        )
        if self.separator is not None:
            example = next((line for line in lines if self.separator.pattern.search(line)), "")
            self.said.append(
                f"levels of categories are separated by {self.separator.name.strip()!r} ({example})"
            )

    def rule(self) -> CategoryRule:
        name = self.separator.name if self.separator else ""
        return CategoryRule(
            name, self.placements, self.listed, self.listed_levels, tuple(self.said), tuple(self.doubts)
        )


def _flat(entry: str | list[str]) -> list[str]:
    return [entry] if isinstance(entry, str) else entry


def _entries(cell: str) -> list[str]:
    """Return the lines of a cell as plain text; escaped signs are private characters."""
    if "\\" in cell:
        cell = _ESCAPED.sub(lambda match: _ESCAPES[match[1]], cell)
    if "\n" not in cell:
        line = plain(cell)
        return [line] if line else []
    return [line for line in map(plain, cell.split("\n")) if line]


def _without_placeholders(path: Path) -> Path:
    """Return a path up to its last name that is no placeholder."""
    end = len(path)
    while end and is_placeholder(path[end - 1]):
        end -= 1
    return path[:end]
