"""Stream the objects of a JSON array or of JSON lines, without loading the whole file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core.common.errors import CatalogueError

_BLOCK = 1 << 18  # characters read at a time
_LARGEST = 1 << 24  # characters one object may take
_BETWEEN = " \t\r\n,[]"


def read_objects(file: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a JSON array or of JSON lines.

    Raises
    ------
    CatalogueError
        For a file that is empty, not UTF-8, truncated, or has elements other than objects.
    """
    decoder = json.JSONDecoder()
    buffer, place, count = "", 0, 0
    with file.open(encoding="utf-8-sig") as text:
        while True:
            try:
                block = text.read(_BLOCK)
            except UnicodeDecodeError as error:
                raise CatalogueError(f"{file.name}: not UTF-8 text ({error.reason})") from None
            buffer, place = buffer[place:] + block, 0
            while True:
                while place < len(buffer) and buffer[place] in _BETWEEN:
                    place += 1
                if place == len(buffer):
                    break
                if buffer[place] != "{":
                    near = buffer[place : place + 20]
                    raise CatalogueError(
                        f"{file.name}: expected a product object after {count}, got {near!r}"
                    )
                try:
                    record, place = decoder.raw_decode(buffer, place)
                except (json.JSONDecodeError, RecursionError):
                    if block and len(buffer) - place < _LARGEST:
                        break  # the object continues in the next block
                    raise CatalogueError(f"{file.name}: damaged or truncated after {count} objects") from None
                count += 1
                yield record
            if not block:
                break
    if not count:
        raise CatalogueError(f"{file.name}: no objects in this file")
