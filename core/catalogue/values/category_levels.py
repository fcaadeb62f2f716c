"""One level of category paths: ``category@1`` is the top, ``category@-1`` the last."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from core.catalogue.values.paths import Path
from core.common.errors import CatalogueError

_LEVEL = re.compile(r"(.+)@(-?\d{1,4})", re.DOTALL)


def label_and_level(label: str) -> tuple[str, int | None]:
    """Return the column and the level that a label names: ``category@-1`` is the last level of ``category``.

    Raises
    ------
    CatalogueError
        For level 0: levels count from 1 at the top, and from -1 at the last.
    """
    match = _LEVEL.fullmatch(label)
    if match is None:
        return label, None
    level = int(match[2])
    if level == 0:
        raise CatalogueError(
            f"{label!r}: levels count from 1 at the top, or from -1 at the last; there is no 0"
        )
    return match[1], level


def at_level(path: Path, level: int) -> str:
    """Return the name at a level, from 1 at the top or -1 at the last; "" where the path does not have it."""
    position = level - 1 if level > 0 else len(path) + level
    return path[position] if 0 <= position < len(path) else ""


def several_parents(paths: Iterable[Path], level: int) -> dict[str, int]:
    """Return names at a level that stand below several others, which become one category: name -> parents."""
    parents: dict[str, set[Path]] = defaultdict(set)
    for path in dict.fromkeys(paths):
        position = level - 1 if level > 0 else len(path) + level
        if 0 <= position < len(path):
            parents[path[position]].add(path[:position])
    return {name: len(above) for name, above in parents.items() if len(above) > 1}


def skips_a_level(levels: Sequence[str]) -> bool:
    """Return whether an empty level stands above one that is not."""
    filled = [bool(level.strip()) for level in levels]
    return any(below and not above for above, below in pairwise(filled))


def said_of_skipping(products: int) -> list[str]:
    """Return how many products' categories skip a level, for people; nothing if none do."""
    return [f"products whose category skips a level: {products}; what is below moves up"] if products else []


def said_of_parents(paths: Iterable[Path], level: int | None, most: int = 5) -> Iterator[str]:
    """Yield what one level makes of names below several others, for people; nothing for whole paths."""
    several = {} if level is None else several_parents(paths, level)
    if several:
        names = ", ".join(f"{name!r} ({parents})" for name, parents in list(several.items())[:most])
        more = f" and {len(several) - most} more" if len(several) > most else ""
        yield f"names that stand below several categories become one each: {names}{more}"
