"""Categories in one spelling: those of a table, and those of new products as a bundle has them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from core.catalogue.layouts.levels import PATH, level_columns
from core.catalogue.rules import Rules
from core.catalogue.values.category_levels import said_of_parents
from core.catalogue.values.paths import JOINED
from core.catalogue.values.paths import Path as CategoryPath
from core.catalogue.values.spellings import one_spelling, said_of_spellings, spelling_key


def with_one_spelling(frames: list[pd.DataFrame], rules: Rules) -> tuple[list[pd.DataFrame], list[str]]:
    """Return frames whose categories that differ only in case and spaces are one, and what was changed."""
    if rules.plain_categories:
        return frames, []
    names = Counter(path for frame in frames for path in frame[PATH] if path)
    counts = {_path(name): count for name, count in names.items()}
    changed = one_spelling(counts)
    if not changed:
        return frames, []
    return [_respelled(frame, changed, rules) for frame in frames], said_of_spellings(changed, counts)


def _respelled(frame: pd.DataFrame, changed: dict[CategoryPath, CategoryPath], rules: Rules) -> pd.DataFrame:
    paths = [_path(name) for name in frame[PATH]]
    best = [changed.get(path, path) for path in paths]
    made = {"category": [rules.category_of(path) if path else "" for path in best]}
    made[PATH] = [JOINED.join(path) for path in best]
    if rules.has_levels:
        made |= level_columns(best)
    return frame.assign(**{name: pd.Series(cells, frame.index, dtype="str") for name, cells in made.items()})


def said_of_levels(frames: Sequence[pd.DataFrame], rules: Rules) -> list[str]:
    """Return what became of names that stand below several others where one level is the category."""
    names = dict.fromkeys(name for frame in frames for name in frame[PATH])
    return list(said_of_parents(map(_path, names), rules.matching.level))


def _path(name: str) -> CategoryPath:
    return tuple(name.split(JOINED)) if name else ()


@dataclass(frozen=True)
class KnownNames:
    """Categories by what their spellings have in common."""

    by_key: dict[str, str]

    def __bool__(self) -> bool:
        """Return whether there are any."""
        return bool(self.by_key)

    def of(self, categories: Iterable[str]) -> list[str]:
        """Return categories as they are known; unknown ones as they are."""
        return [self.by_key.get(spelling_key(each), each) for each in categories]


def known_names(classes: Sequence[str]) -> KnownNames:
    """Return categories by their spellings; those that are two in spite of one spelling stay two."""
    counts = Counter(map(spelling_key, classes))
    return KnownNames({key: each for each in classes if counts[key := spelling_key(each)] == 1})
