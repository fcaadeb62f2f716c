"""Categories that are written in several ways: one spelling for all that differ in nothing else."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

from core.catalogue.values.paths import JOINED, Path


def one_spelling(counts: Mapping[Path, int]) -> dict[Path, Path]:
    """Return, for paths that have another spelling, the one to use: the most frequent, the first of equals.

    Spellings of a name are those that differ only in Unicode form, spaces or case, below the same names.

    Parameters
    ----------
    counts
        Path -> products, in the order of the table.
    """
    spelled: dict[Path, Counter[str]] = defaultdict(Counter)
    keys = {path: tuple(map(spelling_key, path)) for path in counts}
    for path, count in counts.items():
        for depth, name in enumerate(path):
            spelled[keys[path][: depth + 1]][name] += count
    usual = {key: max(names, key=lambda name: names[name]) for key, names in spelled.items()}
    changed = {}
    for path in counts:
        best = tuple(usual[keys[path][: depth + 1]] for depth in range(len(path)))
        if best != path:
            changed[path] = best
    return changed


def said_of_spellings(changed: Mapping[Path, Path], counts: Mapping[Path, int], most: int = 5) -> list[str]:
    """Return what `one_spelling` changed, for people, the first `most` categories."""
    by_best: dict[Path, list[Path]] = defaultdict(list)
    for path, best in changed.items():
        by_best[best].append(path)
    said = []
    for best, others in list(by_best.items())[:most]:
        spelled = ", ".join(f"{JOINED.join(path)!r} ({counts[path]})" for path in others)
        said.append(f"category {JOINED.join(best)!r} is also written {spelled}: read as one")
    if len(by_best) > most:
        said.append(f"and {len(by_best) - most} more categories with several spellings")
    return said


def spelling_key(name: str) -> str:
    """Return what spellings of a category, or of its path, have in common: all but case and spaces."""
    return "".join(name.casefold().split())
