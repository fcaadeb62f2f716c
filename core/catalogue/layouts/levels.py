"""The levels of category paths as columns ``level_1``, ``level_2`` ..."""

from __future__ import annotations

from collections.abc import Sequence

from core.catalogue.values.paths import JOINED

LEVELS = 6
"""Columns of levels; deeper paths are cut there, not in the category and in `PATH`."""
PATH = "category_path"
"""The column with whole paths."""


def level_names() -> list[str]:
    """Return the columns' names, from the top."""
    return [f"level_{depth + 1}" for depth in range(LEVELS)]


def whole_paths(paths: Sequence[Sequence[str]]) -> dict[str, list[str]]:
    """Return paths as a column of whole paths and columns of levels."""
    return {PATH: [JOINED.join(filter(None, path)) for path in paths], **level_columns(paths)}


def level_columns(paths: Sequence[Sequence[str]]) -> dict[str, list[str]]:
    """Return paths, from the root, as columns, "" for missing levels."""
    return {
        name: [path[depth] if depth < len(path) else "" for path in paths]
        for depth, name in enumerate(level_names())
    }
