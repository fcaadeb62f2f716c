"""The levels of category paths as columns ``level_1``, ``level_2`` ..."""

from __future__ import annotations

from collections.abc import Sequence

LEVELS = 6
"""Columns of levels; deeper paths are cut there, not in the category."""


def level_names() -> list[str]:
    """Return the columns' names, from the top."""
    return [f"level_{depth + 1}" for depth in range(LEVELS)]


def level_columns(paths: Sequence[Sequence[str]]) -> dict[str, list[str]]:
    """Return paths, from the root, as columns, "" for missing levels."""
    return {
        name: [path[depth] if depth < len(path) else "" for path in paths]
        for depth, name in enumerate(level_names())
    }
