"""What separates the levels of category paths, and what the categories of one cell, decided per column.

``>`` and its kin hardly stand in a category's name, so a few of them show what they are. Other signs do
("TV/Video"), and separate levels only where the column looks like a tree: most cells have the sign, names
keep to their depth, and paths begin alike. Where it does not matter for the classes, whole paths, a weak
decision is only said.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.common.errors import CatalogueError

Path = tuple[str, ...]
"""The names of a category and those above it, from the top."""

JOINED = " > "
"""Between the levels of a path where it is one text."""

ARROWS = r"\s*(?:[-=]?>+|[»›→＞▸▶➔])\s*"


@dataclass(frozen=True)
class Separator:
    """A sign that may separate levels.

    Attributes
    ----------
    name
        As people write it.
    pattern
        Between two names.
    share
        The share of rows that need to have it.
    alike
        The share of paths that have to begin like another one, unless nearly all rows have the sign.
    """

    name: str
    pattern: re.Pattern[str]
    share: float
    alike: float = 0.0


_SURE = 0.9  # share of rows with a sign that needs no paths which begin alike
_KEPT_DEPTH = 0.8  # share of a name's occurrences at its usual depth
_ARROW_SHARE = 0.05

ARROW = Separator(">", re.compile(ARROWS), _ARROW_SHARE)
SEPARATORS = {
    each.name: each
    for each in (
        ARROW,
        Separator("::", re.compile(r"\s*::\s*"), 0.3),
        Separator("|", re.compile(r"\s*[|｜¦]\s*"), 0.3),
        Separator("\\", re.compile(r"\s*\\+\s*"), 0.5),
        Separator(" / ", re.compile(r"\s+[/／]\s+"), 0.5, alike=0.3),
        Separator("/", re.compile(r"\s*[/／]\s*"), 0.5, alike=0.5),
        Separator(":", re.compile(r"\s*[:：]\s*"), 0.5, alike=0.5),
        Separator(";", re.compile(r"\s*[;；]\s*"), 0.5, alike=0.5),
        Separator(" - ", re.compile(r"\s+[-–—]\s+"), 0.8, alike=0.5),
    )
}
"""Signs that may separate levels, those that are sure first."""

_OTHER_NAMES = {
    **dict.fromkeys((">>", " > ", "->", "=>", "»", "›", "→"), ">"),
    " | ": "|",
    "-": " - ",
}
PLACEMENTS = {"\n": r"\s*\n\s*", ";": r"\s*[;；]\s*", "|": r"\s*[|｜]\s*", ",": r"\s*[,，、]\s*"}
"""Signs that may separate the categories of a cell."""

_HALF = 0.5


def known_separator(name: str) -> Separator | None:
    """Return the separator that is called `name`, None if there is none."""
    return SEPARATORS.get(_OTHER_NAMES.get(name, name))


def checked_separator(name: str) -> Separator:
    """Return the separator that is called `name`; CatalogueError if there is none."""
    separator = known_separator(name)
    if separator is None:
        raise CatalogueError(f"unknown separator {name!r} of categories: expected >, /, |, :, ::, \\ or -")
    return separator


def parts(text: str, pattern: re.Pattern[str]) -> list[str]:
    """Return what stands between the matches of a pattern, without empty parts."""
    return [part for part in (each.strip() for each in pattern.split(text)) if part]


def decide_separator(counts: Mapping[str, int]) -> tuple[Separator | None, bool]:
    """Return what separates levels in a column, None for nothing, and whether that is sure.

    Parameters
    ----------
    counts
        Cell -> rows; without the signs that separate the categories of a cell, as far as they are known.
    """
    rows = sum(counts.values())
    best: tuple[float, Separator, bool] | None = None
    for separator in SEPARATORS.values():
        split = {cell: parts(cell, separator.pattern) for cell in counts if separator.pattern.search(cell)}
        split = {cell: path for cell, path in split.items() if len(path) > 1}
        if not split:
            continue
        share = sum(counts[cell] for cell in split) / rows
        alike = _alike(list(split.values()))
        if separator is ARROW:
            if share >= _ARROW_SHARE or alike >= _HALF:
                return separator, True
            continue
        if share < separator.share or not looks_like_levels(split.values()):
            continue
        is_sure = alike >= separator.alike
        if separator.name == " - ":
            if not is_sure or len(split) < 3:  # a dash in names is too common
                continue
        elif not is_sure and share < _SURE:
            continue
        if best is None or share > best[0]:
            best = share, separator, is_sure
    return (best[1], best[2]) if best else (None, True)


def _alike(paths: Sequence[Sequence[str]]) -> float:
    """Return the share of different paths whose first name is that of another one, too."""
    firsts = Counter(path[0] for path in paths)
    return sum(count for count in firsts.values() if count > 1) / len(paths)


def looks_like_levels(paths: Iterable[Sequence[str]]) -> bool:
    """Return whether names stand at one depth each, as in trees; those of tags stand anywhere."""
    depths: dict[str, Counter[int]] = defaultdict(Counter)
    for path in paths:
        for depth, name in enumerate(path):
            depths[name][depth] += 1
    usual = sum(max(counts.values()) for counts in depths.values())
    return usual >= _KEPT_DEPTH * sum(counts.total() for counts in depths.values())


def decide_placements(cells: Sequence[str], separator: Separator | None) -> str:
    """Return the signs that separate the categories of a cell, "" for none.

    A comma or another sign separates categories if what stands on its sides also stands elsewhere: "Kitchen >
    Mugs, Sale" beside "Sale, Lamps". What always stands together is one name: "Clothing, Shoes & Jewelry >
    Women".

    Parameters
    ----------
    cells
        Different cells of the column.
    separator
        What separates levels.
    """
    found = ""
    for sign, pattern in PLACEMENTS.items():
        if separator is not None and sign == separator.name:
            continue
        between = re.compile(pattern)
        having = [cell for cell in cells if between.search(cell.strip(sign + " "))]
        if not having:
            continue
        is_sure = sign == "\n" or (sign in ";|" and _joins_paths(having, between, separator))
        if is_sure or _is_free(cells, between, separator):
            found += sign
    return found


def _joins_paths(cells: Sequence[str], between: re.Pattern[str], separator: Separator | None) -> bool:
    """Return whether paths of several levels follow a sign in most cells: "A > B; C > D"."""
    if separator is None:
        return False
    last = [between.split(cell)[-1] for cell in cells]
    return sum(separator.pattern.search(each) is not None for each in last) >= _HALF * len(last)


def _is_free(cells: Sequence[str], between: re.Pattern[str], separator: Separator | None) -> bool:
    """Return whether most names beside a sign also stand without the one on its other side."""
    behind: dict[str, set[str]] = defaultdict(set)
    before: dict[str, set[str]] = defaultdict(set)
    borders: list[tuple[str, str]] = []
    first: set[str] = set()
    later: set[str] = set()
    for cell in cells:
        listed = [parts(each, separator.pattern) if separator else [each] for each in parts(cell, between)]
        listed = [each for each in listed if each]
        for position, path in enumerate(listed):
            (later if position else first).add(path[0])
            before[path[0]].add(listed[position - 1][-1] if position else "")
            behind[path[-1]].add(listed[position + 1][0] if position + 1 < len(listed) else "")
            if position:
                borders.append((listed[position - 1][-1], path[0]))
    free = sum(len(behind[left]) > 1 or len(before[right]) > 1 for left, right in borders)
    if not borders or free < _HALF * len(borders):
        return False
    # Without levels, "Women, Shoes" beside "Men, Shoes" is no list: there, categories come in any order.
    return separator is not None or bool(first & later)
