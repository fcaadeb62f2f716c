"""Trees from lists of categories, one a line: Google's, Shopify's, any delimited or indented one."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from core.catalogue.values.paths import Path, Separator, checked_separator, decide_separator, parts

_ID = re.compile(r"(\s*)(?:\d+\s+[-–]|gid://\S+\s+:|[A-Z]{0,4}\d[\w.-]*\s*[:;\t])\s*(?=\S)")
_INDENT = re.compile(r"[ \t│├└─|+`]*(?:[-*•–]\s+)?")
_TAB = 4
_SHARE = 0.9
"""Share of the lines that need to begin with an id for ids to be taken off."""


@dataclass
class ListedPaths:
    """The paths of a list, in its order, and what was odd: kind -> paths or names."""

    paths: list[Path]
    found: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


def listed_paths(lines: Iterable[str], separator: str | None = None) -> ListedPaths:
    """Read a list of categories.

    Lines that begin with ``#`` and empty ones are passed over, and ids before the names are taken off
    ("166 - Apparel", "gid://shopify/TaxonomyCategory/ap : Animals"). What separates levels is decided from
    all lines; where nothing does, their indentation is the level.

    Parameters
    ----------
    lines
        Of a file.
    separator
        What separates levels where that is known, as in `core.catalogue.values.paths.SEPARATORS`.

    Raises
    ------
    CatalogueError
        For a separator that is not known.
    """
    sign = checked_separator(separator) if separator else None
    kept = [line.rstrip() for line in lines]
    kept = _without_ids([line for line in kept if line.strip() and not line.lstrip().startswith("#")])
    sign = sign or _separator(kept)
    if sign is None and any(map(_indent, kept)):
        return _indented(kept)
    return _delimited(kept, sign)


def _separator(lines: Sequence[str]) -> Separator | None:
    """Return what separates levels in a list that is not indented; None if nothing does."""
    if any(line[0] in " \t" for line in lines):
        return None
    return decide_separator(dict.fromkeys(lines, 1))[0] if lines else None


def _without_ids(lines: Sequence[str]) -> list[str]:
    found = [_ID.match(line) for line in lines]
    if sum(map(bool, found)) < _SHARE * len(lines):
        return list(lines)
    return [
        match[1] + line[match.end() :] if match else line for line, match in zip(lines, found, strict=True)
    ]


def _delimited(lines: Sequence[str], sign: Separator | None) -> ListedPaths:
    listed = ListedPaths([])
    seen = set()
    for line in lines:
        path = tuple(parts(line, sign.pattern)) if sign else (line.strip(),)
        if path in seen:
            listed.found["repeated"].append(" > ".join(path))
        seen.add(path)
        listed.paths.append(path)
    return listed


def _indented(lines: Sequence[str]) -> ListedPaths:
    """Read a list whose lines stand the farther right the deeper they are."""
    listed = ListedPaths([])
    widths = [_width(line) for line in lines]
    first = min(widths)
    usual = min((width - first for width in widths if width > first), default=1)
    open_levels: list[tuple[int, str]] = []
    for line, width in zip(lines, widths, strict=True):
        while open_levels and open_levels[-1][0] >= width:
            open_levels.pop()
        name = line[len(_indent(line)) :].strip()
        above = open_levels[-1][0] if open_levels else first - usual
        if width - above > usual:
            listed.found["skipped level"].append(name)
        open_levels.append((width, name))
        listed.paths.append(tuple(each for _, each in open_levels))
    return listed


def _indent(line: str) -> str:
    match = _INDENT.match(line)
    return match[0] if match else ""


def _width(line: str) -> int:
    """Return how far right a line begins; a tab goes on to the next multiple of four."""
    return len(_indent(line).expandtabs(_TAB))
