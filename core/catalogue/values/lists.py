"""Lists in cells, as JSON and Python write them."""

from __future__ import annotations

import json

from core.common.literals import read_literal

_LONGEST = 10_000  # characters


def list_of(cell: str) -> list[str | list[str]] | None:
    """Return the entries of a JSON or Python list, texts or lists of texts; None for other cells."""
    cell = cell.strip()
    if not cell.startswith("[") or len(cell) > _LONGEST:
        return None
    try:
        read = json.loads(cell)
    except (json.JSONDecodeError, RecursionError):
        try:
            read = read_literal(cell)
        except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
            return None
    if not isinstance(read, list):
        return None
    entries: list[str | list[str]] = []
    for entry in read:
        if isinstance(entry, (list, tuple)):
            entries.append([str(each) for each in entry if each is not None])
        elif entry is not None:
            entries.append(str(entry))
    return entries
