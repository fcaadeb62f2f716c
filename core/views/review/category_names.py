"""Categories in a list to choose from."""

from __future__ import annotations

from core.views.formatting import LABEL_LENGTH, PATH


def last_part_first(category: str) -> str:
    """Return a category as a list shows it: of a long path the last level first, then what it lies in."""
    levels = category.split(PATH)
    if len(category) <= LABEL_LENGTH or len(levels) < 2:
        return category
    return f"{levels[-1]} ({PATH.join(levels[:-1])})"
